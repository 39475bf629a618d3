/** Making temporary credentials. */
import { secondMs } from '../../lib/clock.ts'
import { secretAccessKey } from '../../lib/ids.ts'
import type { Session } from '../../lib/session.ts'
import { sessionKeyId } from './key-id.ts'
import type { Rooms } from './service.ts'

/** What a session is, before it has an id and a time. */
export type Terms = Omit<Session, 'accessKeyId' | 'issuedAt' | 'expiresAt'>

/** Credentials for a session that begins now, as answers show them. */
export function issue({ tokens, draws }: Rooms, terms: Terms, seconds: number) {
  const accessKeyId = draws.draw('session key id', () => sessionKeyId(terms.account))
  const secret = draws.draw('session secret', secretAccessKey)
  const issuedAt = draws.at
  // The wire shows whole seconds: what it shows must not lie behind the end.
  const expiresAt = Math.floor(issuedAt / secondMs + seconds) * secondMs
  const session: Session = { ...terms, accessKeyId, issuedAt, expiresAt }
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secret,
    SessionToken: tokens.seal(session, secret),
    Expiration: expiresAt,
  }
}
