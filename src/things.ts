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

/** Everything is read as it is now, out of the store's cache where it can be. */
export function factsOf(store: Store): Facts {
  const things = new Things(store)
  const elders = new Elders(store)
  const overdue = new OverdueWatch(store)
  return {
    thing: (arn) => things.find(arn),
    rotatorOf: (arn) => rotatorOf(store.now, arn),
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

  async #look(arn: string, epoch: number): Promise<Thing | undefined> {
    const thing = await thingAt(this.#store.now, arn)
    // What changed meanwhile is looked up again.
    if (this.#store.epoch === epoch && this.#known.size < thingsMax) {
      this.#known.set(arn, thing)
    }
    return thing
  }
}

type Find = (look: Look, shelf: Shelf, rest: string, arn: string) => Promise<Thing | undefined>

/** By the service in an ARN and how its resource begins. */
const finders: ReadonlyMap<string, Find> = new Map<string, Find>([
  ['secretsmanager:secret:', findSecretThing],
  ['kms:key/', findKeyThing],
  ['ssm:parameter/', findParameterThing],
  ['iam:user/', findIdentityThing],
  ['iam:role/', findIdentityThing],
])

function thingAt(look: Look, arn: string): Promise<Thing | undefined> {
  const spot = spotOf(arn)
  return spot ? spot.find(look, spot.shelf, spot.rest, arn) : nothing
}

const nothing = Promise.resolve(undefined)

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

async function secretAt(look: Look, shelf: Shelf, rest: string, arn: string) {
  const secret = await new SecretReader(look).find(shelf, rest.slice(0, -suffixChars))
  return secret && arnOfSecret(shelf, secret.name, secret.suffix) === arn ? secret : undefined
}

async function findSecretThing(look: Look, shelf: Shelf, rest: string, arn: string) {
  const secret = await secretAt(look, shelf, rest, arn)
  return secret && secretThing(secret)
}

const secretThing = once(
  ({ createdAt, tags }: SecretRecord): Thing => ({ createdAt, tags: tagsOf(tags) }),
)

async function findKeyThing(look: Look, shelf: Shelf, id: string): Promise<Thing | undefined> {
  const key = await new KeyReader(look).find(shelf, id)
  return key && keyThing(key)
}

const keyThing = once(
  ({ createdAt, tags }: KeyRecord): Thing => ({
    createdAt,
    tags: tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]),
  }),
)

async function findParameterThing(look: Look, shelf: Shelf, rest: string) {
  const parameter = await new ParameterReader(look).find(shelf, `/${rest}`)
  return parameter && { tags: tagsOf(parameter.tags) }
}

async function findIdentityThing(look: Look, _: Shelf, __: string, arn: string) {
  const place = placeOf(arn)
  if (place?.kind !== 'user' && place?.kind !== 'role') return undefined
  const found = await new IdentityReader(look).find(place.kind, place.account, place.name)
  if (!found || arnOfIdentity(found) !== arn) return undefined
  return { createdAt: found.createdAt, tags: tagsOf(found.tags) }
}

async function rotatorOf(look: Look, text: string): Promise<string | undefined> {
  const { account = '', region = '', resource = '' } = parseArn(text) ?? {}
  if (!isAccountId(account)) return undefined
  const rest = resource.slice(resource.indexOf(':') + 1)
  const secret = await secretAt(look, { account, region }, rest, text)
  const rotator = parseArn(secret?.rotation?.lambdaArn ?? '')
  if (!rotator || !isAccountId(rotator.account)) return undefined
  const [, name = ''] = rotator.resource.split(':')
  const shelf = { account: rotator.account, region: rotator.region }
  return (await new FunctionReader(look).find(shelf, name))?.latest.roleArn
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
    const reader = new IdentityReader(this.#store.begin())
    for (const kind of ['user', 'role'] as const) {
      let after: readonly string[] | undefined
      for (let page = 0; page < pagesMax; page++) {
        const found = await reader.list(kind, account, { after, itemsMax: principalsPerRead })
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
    const reader = new SecretReader(this.#store.begin())
    const found = await Promise.all(over.map((each) => overdueNow(reader, each, at)))
    return found.filter((each) => each !== undefined)
  }

  async #promised(before: number): Promise<Promised[]> {
    const found: Promised[] = []
    let after: readonly string[] | undefined
    for (let count = 0; count < secretsMax; count += secretsPerRead) {
      const reader = new SecretReader(this.#store.begin())
      const due = await reader.dueRotations(Number.POSITIVE_INFINITY, secretsPerRead, after)
      for (const { shelf, name } of due) {
        const by = promiseOf(await reader.find(shelf, name))
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

async function overdueNow(reader: SecretReader, { shelf, name }: Promised, at: number) {
  const secret = await reader.find(shelf, name)
  const by = promiseOf(secret)
  if (!secret || by === undefined || by >= at) return undefined
  return { ...shelf, arn: arnOfSecret(shelf, name, secret.suffix), by }
}
