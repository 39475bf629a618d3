/**
 * Roles that the agent assumes for others with its own credentials: each with a holder of its short-lived
 * credentials. They are bounded and never forgotten.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import { Holder } from './holder.ts'
import type { Log } from './log.ts'
import { type Lent, lentIn } from './sources.ts'
import type { Upstream } from './upstream.ts'

export interface RoleNeeds {
  /** By the agent's own credentials. */
  readonly upstream: Upstream
  readonly log: Log
  now(): number
}

export interface Session {
  readonly name: string
  /** What narrows it. */
  readonly policy?: string | undefined
}

/** As AWS's agent calls its sessions. */
const common: Session = { name: 'secrets-manager-provider' }

export class Roles {
  readonly #needs: RoleNeeds
  readonly #holders = new Map<string, Holder>()

  constructor(needs: RoleNeeds) {
    this.#needs = needs
  }

  /** Credentials of a role, renewed before they end. One session of a name at each. */
  holderOf(roleArn: string, session: Session = common): Holder {
    const key = `${roleArn} ${session.name}`
    const known = this.#holders.get(key)
    if (known) return known
    const { log, now } = this.#needs
    const source = (signal: AbortSignal) => this.#assume(roleArn, session, signal)
    const holder = new Holder({ source, name: roleArn, log, now })
    this.#holders.set(key, holder)
    return holder
  }

  /** One that could not be assumed. */
  forget(roleArn: string): void {
    this.#holders.delete(`${roleArn} ${common.name}`)
  }

  async #assume(RoleArn: string, { name, policy }: Session, signal: AbortSignal): Promise<Lent> {
    const order = {
      Action: 'AssumeRole',
      ...{ RoleArn, RoleSessionName: name },
      ...(policy !== undefined && { Policy: policy }),
    }
    return lentIn(await this.#needs.upstream.sts(order, signal), RoleArn)
  }
}
