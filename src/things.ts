/** The things of the house as detections ask about them: what an ARN names, who is there, what is overdue. */
import type { Facts, Overdue, Thing } from './detections/mind.ts'
import { isAccountId, parseArn } from './lib/arn.ts'
import { dayMs, minuteMs, secondMs } from './lib/clock.ts'
import { once, remembered } from './lib/once.ts'
import { arnOf as arnOfIdentity, placeOf } from './services/iam/arns.ts'
import { IdentityReader } from './services/iam/store.ts'
import type { KeyRecord } from './services/kms/records.ts'
import { KeyReader } from './services/kms/store.ts'
import { FunctionReader } from './services/lambda/store.ts'
import { arnOf as arnOfSecret } from './services/secretsmanager/arn.ts'
import type { SecretRecord, Shelf } from './services/secretsmanager/records.ts'
import { SecretReader } from './services/secretsmanager/store.ts'
import { ParameterReader } from './services/ssm/store.ts'
import type { Look } from './store/attempt.ts'
import type { Store } from './store/store.ts'
import { eachOf } from './store/supply.ts'

/** Everything is read as it is now, out of the store's cache where it can be. */
export function factsOf(store: Store): Facts {
  const things = new Things(store)
  const elders = new Elders(store)
  const overdue = new OverdueWatch(store)
  return {
    thing: (arn) => things.find(arn),
    rotatorOf: async (arn) => store.see((look) => rotatorOf(look, arn)),
    hasPrincipalBefore: (account, at) => elders.has(account, at),
    overdue: (at) => overdue.at(at),
  }
}

const thingsMax = 10_000

/** Things that were asked for since anything changed, of which no read has to look again. */
class Things {
  readonly #store: Store
  readonly #known = new Map<string, Thing | undefined>()
  #epoch: number

  constructor(store: Store) {
    this.#store = store
    this.#epoch = store.epoch
  }

  find(arn: string): Thing | undefined | Promise<Thing | undefined> {
    const { epoch } = this.#store
    if (epoch !== this.#epoch) this.#known.clear()
    this.#epoch = epoch
    const known = this.#known.get(arn)
    return known !== undefined || this.#known.has(arn) ? known : this.#look(arn, epoch)
  }

  #look(arn: string, epoch: number): Thing | undefined | Promise<Thing | undefined> {
    const found = this.#store.see((look) => thingAt(look, arn))
    if (found instanceof Promise) return found.then((thing) => this.#keep(arn, epoch, thing))
    return this.#keep(arn, epoch, found)
  }

  #keep(arn: string, epoch: number, thing: Thing | undefined): Thing | undefined {
    // What changed meanwhile is looked up again.
    if (this.#store.epoch === epoch && this.#known.size < thingsMax) {
      this.#known.set(arn, thing)
    }
    return thing
  }
}

type Find = (look: Look, shelf: Shelf, rest: string, arn: string) => Thing | undefined

/** By the service in an ARN and how its resource begins. */
const finders: ReadonlyMap<string, Find> = new Map<string, Find>([
  ['secretsmanager:secret:', findSecretThing],
  ['kms:key/', findKeyThing],
  ['ssm:parameter/', findParameterThing],
  ['iam:user/', findIdentityThing],
  ['iam:role/', findIdentityThing],
])

function thingAt(look: Look, arn: string): Thing | undefined {
  const spot = spotOf(arn)
  return spot ? spot.find(look, spot.shelf, spot.rest, arn) : undefined
}

/** Where to look for what an ARN names. The same few are asked for with each read. */
const spotOf = remembered((text) => {
  const arn = parseArn(text)
  if (!arn || !isAccountId(arn.account)) return undefined
  const { service, resource, account, region } = arn
  const end = resource.search(/[:/]/) + 1
  const find = finders.get(`${service}:${resource.slice(0, end)}`)
  return find && { find, shelf: { account, region }, rest: resource.slice(end) }
})

const tagsOf = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): Thing['tags'] => tags.map(({ Key, Value }) => [Key, Value] as const)

/** A hyphen and six characters stand behind the name in an ARN. */
const suffixChars = 7

function secretAt(look: Look, shelf: Shelf, rest: string, arn: string) {
  const secret = new SecretReader(look).find(shelf, rest.slice(0, -suffixChars))
  return secret && arnOfSecret(shelf, secret.name, secret.suffix) === arn ? secret : undefined
}

function findSecretThing(look: Look, shelf: Shelf, rest: string, arn: string) {
  const secret = secretAt(look, shelf, rest, arn)
  return secret && secretThing(secret)
}

const secretThing = once(
  ({ createdAt, tags }: SecretRecord): Thing => ({ createdAt, tags: tagsOf(tags) }),
)

function findKeyThing(look: Look, shelf: Shelf, id: string): Thing | undefined {
  const key = new KeyReader(look).find(shelf, id)
  return key && keyThing(key)
}

const keyThing = once(
  ({ createdAt, tags }: KeyRecord): Thing => ({
    createdAt,
    tags: tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]),
  }),
)

function findParameterThing(look: Look, shelf: Shelf, rest: string) {
  const parameter = new ParameterReader(look).find(shelf, `/${rest}`)
  return parameter && { tags: tagsOf(parameter.tags) }
}

function findIdentityThing(look: Look, _: Shelf, __: string, arn: string) {
  const place = placeOf(arn)
  if (place?.kind !== 'user' && place?.kind !== 'role') return undefined
  const found = new IdentityReader(look).find(place.kind, place.account, place.name)
  if (!found || arnOfIdentity(found) !== arn) return undefined
  return { createdAt: found.createdAt, tags: tagsOf(found.tags) }
}

function rotatorOf(look: Look, text: string): string | undefined {
  const { account = '', region = '', resource = '' } = parseArn(text) ?? {}
  if (!isAccountId(account)) return undefined
  const rest = resource.slice(resource.indexOf(':') + 1)
  const secret = secretAt(look, { account, region }, rest, text)
  const rotator = parseArn(secret?.rotation?.lambdaArn ?? '')
  if (!rotator || !isAccountId(rotator.account)) return undefined
  const [, name = ''] = rotator.resource.split(':')
  const shelf = { account: rotator.account, region: rotator.region }
  return new FunctionReader(look).find(shelf, name)?.latest.roleArn
}

const accountsMax = 1000
const principalsPerRead = 200
const pagesMax = 10

/** Whether an account has users or roles of some age. Who has grown old stays so for a day, without a look. */
class Elders {
  readonly #store: Store
  readonly #known = new Map<string, { readonly has: boolean; readonly until: number }>()

  constructor(store: Store) {
    this.#store = store
  }

  async has(account: string, at: number): Promise<boolean> {
    const known = this.#known.get(account)
    if (known && at < known.until) return known.has
    const has = isAccountId(account) && (await this.#look(account, at))
    if (this.#known.size >= accountsMax) this.#known.clear()
    this.#known.set(account, { has, until: at + (has ? dayMs : secondMs) })
    return has
  }

  async #look(account: Shelf['account'], at: number): Promise<boolean> {
    for (const kind of ['user', 'role'] as const) {
      let after: readonly string[] | undefined
      for (let page = 0; page < pagesMax; page++) {
        const options = { after, itemsMax: principalsPerRead }
        const found = await this.#store.see((look) =>
          new IdentityReader(look).list(kind, account, options),
        )
        if (found.some(({ record }) => record && record.createdAt < at)) return true
        if (found.length < principalsPerRead) break
        after = [found.at(-1)?.place ?? '']
      }
    }
    return false
  }
}

const secretsPerRead = 200
const secretsMax = 10_000

interface Promised {
  readonly shelf: Shelf
  readonly name: string
  readonly by: number
}

/**
 * All rotations are gone through once a minute; those whose date is over by the next time are kept and
 * looked at each time. None can be promised for sooner than that: a window lasts an hour at least.
 */
class OverdueWatch {
  readonly #store: Store
  #soon: readonly Promised[] = []
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(store: Store) {
    this.#store = store
  }

  async at(at: number): Promise<readonly Overdue[]> {
    if (at >= this.#lookedAt + minuteMs || at < this.#lookedAt) {
      this.#soon = await this.#promised(at + 2 * minuteMs)
      this.#lookedAt = at
    }
    const over = this.#soon.filter(({ by }) => by < at)
    const found = await this.#store.see((look) => {
      const reader = new SecretReader(look)
      return eachOf(over, (one) => overdueNow(reader, one, at))
    })
    return found.filter((one) => one !== undefined)
  }

  async #promised(before: number): Promise<Promised[]> {
    const found: Promised[] = []
    let after: readonly string[] | undefined
    for (let count = 0; count < secretsMax; count += secretsPerRead) {
      const from = after
      const due = await this.#store.see((look) =>
        new SecretReader(look).dueRotations(Number.POSITIVE_INFINITY, secretsPerRead, from),
      )
      const dates = await this.#store.see((look) => {
        const reader = new SecretReader(look)
        return eachOf(due, ({ shelf, name }) => promiseOf(reader.find(shelf, name)))
      })
      for (const [at, { shelf, name }] of due.entries()) {
        const by = dates[at]
        if (by !== undefined && by < before) found.push({ shelf, name, by })
      }
      if (due.length < secretsPerRead) break
      after = due.at(-1)?.place
      await new Promise((go) => setImmediate(go))
    }
    return found
  }
}

/** By when a secret is to be rotated; a replica follows its primary. */
function promiseOf(secret: SecretRecord | undefined): number | undefined {
  if (!secret || secret.deletedAt !== undefined || secret.primaryRegion !== undefined) return
  return secret.rotation?.enabled ? secret.rotation.nextAt : undefined
}

function overdueNow(reader: SecretReader, { shelf, name }: Promised, at: number) {
  const secret = reader.find(shelf, name)
  const by = promiseOf(secret)
  if (!secret || by === undefined || by >= at) return undefined
  return { ...shelf, arn: arnOfSecret(shelf, name, secret.suffix), by }
}
