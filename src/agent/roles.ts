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

/** As AWS's agent calls its sessions. */
const sessionName = 'secrets-manager-provider'

export class Roles {
  readonly #needs: RoleNeeds
  readonly #holders = new Map<string, Holder>()

  constructor(needs: RoleNeeds) {
    this.#needs = needs
  }

  /** Credentials of a role, renewed before they end. @param name of the session */
  holderOf(roleArn: string, name: string = sessionName): Holder {
    const key = `${roleArn} ${name}`
    const known = this.#holders.get(key)
    if (known) return known
    const { log, now } = this.#needs
    const source = (signal: AbortSignal) => this.#assume(roleArn, name, signal)
    const holder = new Holder({ source, name: roleArn, log, now })
    this.#holders.set(key, holder)
    return holder
  }

  /** One that could not be assumed. */
  forget(roleArn: string, name: string = sessionName): void {
    this.#holders.delete(`${roleArn} ${name}`)
  }

  async #assume(RoleArn: string, RoleSessionName: string, signal: AbortSignal): Promise<Lent> {
    const order = { Action: 'AssumeRole', RoleArn, RoleSessionName }
    return lentIn(await this.#needs.upstream.sts(order, signal), RoleArn)
  }
}
