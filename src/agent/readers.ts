/** One cache for each role that is read under, and one for the agent's own credentials. */
import { Client, type ClientNeeds } from './client.ts'
import type { Holder } from './holder.ts'
import type { Memory } from './last-known.ts'
import type { Order, Reader } from './readings.ts'
import { refuse } from './replies.ts'
import type { Roles } from './roles.ts'
import { Refused, type Upstream } from './upstream.ts'
import type { Value, Wanted } from './wanted.ts'

export interface ReadersNeeds extends Omit<ClientNeeds, 'told' | 'memory'> {
  /** What was read with these credentials before this start. */
  readonly memoryOf?: ((whose: string) => Memory) | undefined
  readonly roles: Roles
  /** What goes along with a client of these services. */
  companionOf(upstream: Upstream): ClientNeeds['told'] & { attend(client: Client): void }
}

export class Readers implements Reader {
  readonly #needs: ReadersNeeds
  readonly #clients: Client[] = []
  readonly #own: Client
  /** Roles that applications name: bounded, and never forgotten. */
  readonly #named = new Map<string, Promise<Client>>()
  /** Roles that the operator named. */
  readonly #given = new Map<string, Client>()
  /** Each application's own, by name: two may have one role, and less of it. */
  readonly #ofApplications = new Map<string, Client>()

  constructor(needs: ReadersNeeds) {
    this.#needs = needs
    this.#own = this.#make(needs.upstream, 'own')
  }

  read(wanted: Wanted, order: Order): Value | Promise<Value> {
    const client = this.#clientOf(order)
    const { isNow, visitor } = order
    const reading = { isNow, application: visitor.application }
    if (client instanceof Client) return client.get(wanted, reading)
    return client.then((opened) => opened.get(wanted, reading))
  }

  /** Heeds settings that were changed. */
  resettle(): void {
    for (const client of this.#clients) client.resettle()
  }

  /** The cache of a role that the operator named, or of the agent's own credentials. */
  given(roleArn: string | undefined): Client {
    if (roleArn === undefined) return this.#own
    const known = this.#given.get(roleArn)
    if (known) return known
    const client = this.#make(
      this.#needs.upstream.as(this.#needs.roles.holderOf(roleArn)),
      `role ${roleArn}`,
    )
    this.#given.set(roleArn, client)
    return client
  }

  /** Has an application read by credentials of its own. @param terms of its session */
  admit(name: string, holder: Holder, terms: string): void {
    const client = this.#make(this.#needs.upstream.as(holder), `application ${name} ${terms}`)
    this.#ofApplications.set(name, client)
  }

  #clientOf({ visitor, roleArn }: Order): Client | Promise<Client> {
    if (visitor.application !== undefined) {
      const own = this.#ofApplications.get(visitor.application)
      if (own) return own
      throw refuse(403, 'AccessDeniedException', 'This application is not known.')
    }
    if (roleArn === undefined) return this.given(undefined)
    return this.#given.get(roleArn) ?? this.#named.get(roleArn) ?? this.#open(roleArn)
  }

  #open(roleArn: string): Promise<Client> {
    if (this.#named.size >= this.#needs.settings().rolesMax) {
      throw refuse(400, 'MaxRolesExceeded', 'No more roles are assumed by this agent.')
    }
    const opening = this.#assume(roleArn)
    this.#named.set(roleArn, opening)
    // One that cannot be assumed takes nobody's place.
    opening.catch(() => this.#named.delete(roleArn))
    return opening
  }

  async #assume(roleArn: string): Promise<Client> {
    const holder = this.#needs.roles.holderOf(roleArn)
    const whose = `role ${roleArn}`
    try {
      await holder.get()
    } catch (error) {
      const isDecided = error instanceof Refused && !error.isTransient
      // What was read before may be served while nobody can be asked.
      if (!isDecided && this.#needs.memoryOf?.(whose).isEmpty === false) {
        return this.#make(this.#needs.upstream.as(holder), whose)
      }
      this.#needs.roles.forget(roleArn)
      if (!isDecided) throw error
      const words = `Failed to create caching client from role: ${roleArn}`
      throw refuse(403, 'AccessDeniedException', words)
    }
    return this.#make(this.#needs.upstream.as(holder), whose)
  }

  #make(upstream: Upstream, whose: string): Client {
    const { settings, world, companionOf, memoryOf } = this.#needs
    const told = companionOf(upstream)
    const client = new Client({ upstream, settings, world, told, memory: memoryOf?.(whose) })
    this.#clients.push(client)
    told.attend(client)
    return client
  }
}
