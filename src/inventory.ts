/** What lint looks at, as IAM, KMS and Secrets Manager keep it, one page at a time. */

import { formatArn, partitionOf } from './lib/arn.ts'
import type { AccountId } from './lib/brand.ts'
import { dayMs } from './lib/clock.ts'
import { arnOf as arnOfIdentity, placeOf, rootArn } from './services/iam/arns.ts'
import { catalogue } from './services/iam/catalogue.ts'
import { lastUseOf } from './services/iam/keys/last-use.ts'
import { defaultVersionOf } from './services/iam/managed.ts'
import type { AccessKeyRecord, HolderRecord, Kind, Records } from './services/iam/records.ts'
import { IdentityReader } from './services/iam/store.ts'
import { KeyReader } from './services/kms/store.ts'
import { arnOf as arnOfSecret } from './services/secretsmanager/name.ts'
import type { SecretRecord } from './services/secretsmanager/records.ts'
import { SecretReader } from './services/secretsmanager/store.ts'
import type {
  Articles,
  Inventory,
  KeyFacts,
  PolicyText,
  SecretFacts,
  Stage,
} from './services/strongroom/lint/article.ts'
import type { Attempt } from './store/attempt.ts'
import { eachOf } from './store/supply.ts'

interface Shelf {
  readonly account: AccountId
  readonly region: string
}
interface Page {
  readonly after: string | undefined
  readonly itemsMax: number
}
type Gather = (attempt: Attempt, shelf: Shelf, page: Page) => Promise<Articles>

export const inventory: Inventory = {
  articles: (attempt, shelf, stage, page) => gathering[stage](attempt, shelf, page),

  hasAccount: (attempt, account) => new IdentityReader(attempt).findAccount(account) !== undefined,

  hasPrincipal(attempt, name) {
    const identities = new IdentityReader(attempt)
    if (name.startsWith('AIDA')) return identities.get('user', name) !== undefined
    if (name.startsWith('AROA')) return identities.get('role', name) !== undefined
    const place = placeOf(name)
    if (!place) return true
    const found = identities.find(place.kind, place.account, place.name)
    return found !== undefined && arnOfIdentity(found) === name
  },
}

const nothing = { policies: [], secrets: [], keys: [] }
const optionsOf = ({ after, itemsMax }: Page) => ({
  ...(after !== undefined && { after: [after] }),
  itemsMax,
})
/** Where a list goes on that gave a whole page. */
const nextOf = (items: readonly unknown[], { itemsMax }: Page, place: string | undefined) =>
  items.length === itemsMax ? place : undefined

const secrets: Gather = async (attempt, shelf, page) => {
  const reader = new SecretReader(attempt)
  const listed = await reader.listByName(shelf, optionsOf(page))
  const records = listed.flatMap(({ secret }) =>
    secret && secret.deletedAt === undefined ? [secret] : [],
  )
  return {
    ...nothing,
    policies: records.flatMap(({ name, suffix, policy }): PolicyText[] =>
      policy === undefined
        ? []
        : [{ where: arnOfSecret(shelf, name, suffix), kind: 'resource', text: policy }],
    ),
    secrets: eachOf(records, (record) => secretFacts(reader, shelf, record)),
    next: nextOf(listed, page, listed.at(-1)?.name),
  }
}

function secretFacts(reader: SecretReader, shelf: Shelf, record: SecretRecord): SecretFacts {
  const { name, suffix, createdAt, primaryRegion, rotation } = record
  const day = reader.readDay(shelf, record)
  return {
    arn: arnOfSecret(shelf, name, suffix),
    createdAt,
    lastReadAt: day === undefined ? undefined : day * dayMs,
    isReplica: primaryRegion !== undefined,
    rotates: rotation?.enabled === true,
    rotatesBy: rotation?.nextAt,
  }
}

const kmsKeys: Gather = async (attempt, { account, region }, page) => {
  const items = await new KeyReader(attempt).list({ account, region }, optionsOf(page))
  const service = { partition: partitionOf(region), service: 'kms', region, account }
  return {
    ...nothing,
    // One that was never put is the default one, which lets in its own account alone.
    policies: items.flatMap(({ record: { id, policy } }): PolicyText[] =>
      policy === undefined
        ? []
        : [{ where: formatArn({ ...service, resource: `key/${id}` }), kind: 'key', text: policy }],
    ),
    next: nextOf(items, page, items.at(-1)?.record.id),
  }
}

const root: Gather = async (attempt, { account }) => {
  const identities = new IdentityReader(attempt)
  const ids = identities.findAccount(account)?.rootAccessKeyIds ?? []
  return { ...nothing, keys: await keysOf(identities, rootArn(account), ids), next: undefined }
}

async function keysOf(
  identities: IdentityReader,
  owner: string,
  ids: readonly string[],
): Promise<KeyFacts[]> {
  const found = eachOf(ids, (id) => identities.findAccessKey(id))
  const keys = found.filter((key) => key !== undefined)
  return Promise.all(keys.map((key) => keyFacts(identities, owner, key)))
}

const keyFacts = async (
  identities: IdentityReader,
  owner: string,
  { id, status, createdAt }: AccessKeyRecord,
): Promise<KeyFacts> => ({
  ...{ id, owner, createdAt, isActive: status === 'Active' },
  lastUsedAt: (await lastUseOf(identities, id))?.at,
})

/** A stage that goes through IAM's things of one kind. */
const each =
  <K extends Kind>(
    kind: K,
    gather: (identities: IdentityReader, record: Records[K]) => Promise<Omit<Articles, 'next'>>,
  ): Gather =>
  async (attempt, { account }, page) => {
    const identities = new IdentityReader(attempt)
    const items = await identities.list(kind, account, optionsOf(page))
    const records = items.map(({ record }) => record).filter((record) => record !== undefined)
    const found = await Promise.all(records.map((record) => gather(identities, record)))
    return {
      policies: found.flatMap(({ policies }) => policies),
      secrets: [],
      keys: found.flatMap(({ keys }) => keys),
      next: nextOf(items, page, items.at(-1)?.place),
    }
  }

/** A holder's inline policies, and those of AWS's that are attached; the account's own are a stage of theirs. */
function policiesOf(holder: HolderRecord): PolicyText[] {
  const where = arnOfIdentity(holder)
  const inline = Object.entries(holder.policies)
  const attached = holder.attached.flatMap(({ arn }) => {
    const policy = catalogue.get(arn)
    return policy ? [[arn, defaultVersionOf(policy).text] as const] : []
  })
  return [...inline, ...attached].map(([name, text]) => ({ where, name, kind: 'identity', text }))
}

const users = each('user', async (identities, user) => ({
  ...nothing,
  policies: policiesOf(user),
  keys: await keysOf(identities, arnOfIdentity(user), user.accessKeyIds),
}))
const roles = each('role', async (_identities, role) => ({
  ...nothing,
  policies: [
    { where: arnOfIdentity(role), kind: 'trust', text: role.trust.text },
    ...policiesOf(role),
  ],
}))
const groups = each('group', async (_identities, group) => ({
  ...nothing,
  policies: policiesOf(group),
}))
const policies = each('policy', async (_identities, policy) => ({
  ...nothing,
  policies: [
    { where: arnOfIdentity(policy), kind: 'identity', text: defaultVersionOf(policy).text },
  ],
}))

const gathering: Readonly<Record<Stage, Gather>> = {
  ...{ secrets, root, users, roles, groups, policies },
  'kms-keys': kmsKeys,
}
