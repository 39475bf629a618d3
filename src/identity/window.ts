/**
 * When a signature counts: 15 minutes to either side of the house's clock, or from its date on for as
 * long as a presigned URL says. Inside its window a request that only reads can be sent again, at
 * AWS as here: there is no nonce in the protocol.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
import { minuteMs, secondMs } from '../lib/clock.ts'
import type { Claim } from '../sigv4/claim.ts'
import { faults } from '../sigv4/faults.ts'

const skewMs = 15 * minuteMs

/** Throws unless the claim's date lies in its window at `now`. */
export function mustBeCurrent({ date: { signedAt }, presigned }: Claim, now: number): void {
  if (signedAt > now + skewMs) throw faults.notYetCurrent(signedAt, now, skewMs)
  if (presigned) {
    const windowMs = presigned.expiresSeconds * secondMs
    if (now >= signedAt + windowMs) throw faults.expired(signedAt, now, windowMs)
  } else if (signedAt < now - skewMs) throw faults.expired(signedAt, now, skewMs)
}
