/**
 * Records to a webhook: `{"Records":[...]}` by POST, signed so that the receiver knows whose they are:
 * `X-Strongroom-Signature: v1=<hex HMAC-SHA256 of "<timestamp>.<body>">`, under a secret that both hold.
 * A delivery that was sent before has the same `X-Strongroom-Delivery`.
 */
import { createHmac } from 'node:crypto'
import { type Clock, secondMs } from '../../lib/clock.ts'
import { post } from './post.ts'
import type { Sink } from './sink.ts'

export interface WebhookTarget {
  readonly url: URL
  readonly secret: string
  /** The operator said that it lives in the house's own network. */
  readonly mayBePrivate: boolean
}

export const webhook = ({ url, secret, mayBePrivate }: WebhookTarget, clock: Clock): Sink => ({
  async send(records, deliveryId) {
    const body = JSON.stringify({ Records: records })
    const timestamp = String(Math.floor(clock.now() / secondMs))
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
    const headers = {
      'Content-Type': 'application/json',
      'X-Strongroom-Delivery': deliveryId,
      'X-Strongroom-Timestamp': timestamp,
      'X-Strongroom-Signature': `v1=${signature}`,
    }
    await post({ url, headers, body, mayBePrivate })
  },
  close() {},
})
