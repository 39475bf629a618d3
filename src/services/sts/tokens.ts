/**
 * Session tokens: self-contained and sealed. The house keeps nothing of a session; whoever holds the
 * token brings it along. The secret access key is in it, too, and leaves it only to derive a signing
 * key.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html
 */
import { hash } from 'node:crypto'
import { base64, lengthPrefixed, parseBase64, utf8 } from '../../lib/bytes.ts'
import { type Sealer, Unopenable } from '../../lib/sealer.ts'
import type { Session } from '../../lib/session.ts'

interface Content {
  readonly format: 1
  readonly session: Session
  readonly secret: string
}

const place = lengthPrefixed('session token')
const sessionsMax = 5_000
/** Longer ones do not fit beside the other headers of a request. */
const tokenCharsMax = 12_288

export class SessionTokens {
  readonly #sealer: Sealer
  /** Opened sessions by the hash of their token, the one unused for longest first. */
  readonly #opened = new Map<string, Session>()

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  seal(session: Session, secret: string): string {
    const content: Content = { format: 1, session, secret }
    const bytes = utf8(JSON.stringify(content))
    const token = base64(this.#sealer.seal(bytes, place))
    bytes.fill(0)
    return token
  }

  /** The session of a token, ended or not; `undefined` for a text that is no token of this house. */
  open(token: string): Session | undefined {
    const name = nameOf(token)
    const known = this.#opened.get(name)
    const session = known ?? this.#read(token)?.session
    if (!session) return undefined
    if (known) this.#opened.delete(name)
    else if (this.#opened.size >= sessionsMax) this.#dropOldest()
    this.#opened.set(name, session)
    return session
  }

  /** The secret access key of a token that opens. Throws Unopenable. */
  secretOf(token: string): string {
    const content = this.#read(token)
    if (!content) throw new Unopenable()
    return content.secret
  }

  #read(token: string): Content | undefined {
    const sealed = token.length > tokenCharsMax ? undefined : parseBase64(token)
    if (!sealed) return undefined
    try {
      const bytes = this.#sealer.open(sealed, place)
      const content: Content = JSON.parse(bytes.toString())
      bytes.fill(0)
      return content.format === 1 ? content : undefined
    } catch (thrown) {
      if (thrown instanceof Unopenable) return undefined
      throw thrown
    }
  }

  #dropOldest(): void {
    const [oldest] = this.#opened.keys()
    if (oldest !== undefined) this.#opened.delete(oldest)
  }
}

/** Tells tokens apart in caches without keeping them. */
export const nameOf = (token: string): string => hash('sha256', token, 'base64')
