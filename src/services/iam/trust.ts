/**
 * Trust policies. The users and roles that one names are kept by their unique ids: a principal that
 * was deleted and made again under its name is somebody else, and is not trusted. Readers see ARNs;
 * of a principal that is gone they see the id.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import { isJsonObject, type Json, parseJson } from '../../lib/json.ts'
import { type PolicyDocument, parsePolicy, readPolicy } from '../../policy/document.ts'
import { foldAscii } from '../../policy/fold.ts'
import { arnOf, placeOf } from './arns.ts'
import { charsOf, mustParse } from './documents.ts'
import { quotas } from './quotas.ts'
import type { RoleRecord, TrustRecord, UserRecord } from './records.ts'
import { fault } from './service.ts'
import type { IdentityReader } from './store.ts'

/** AWS's quota before anybody asks for more; white space does not count. */
const charsMax = quotas.AssumeRolePolicySizeQuota

/** Checks a trust policy and finds out whom it means. Throws MalformedPolicyDocument. */
export function bindTrust(identities: IdentityReader, text: string): TrustRecord {
  const document = mustParse(() => parsePolicy(text, 'trust'))
  if (charsOf(text) > charsMax) {
    throw fault('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${charsMax}`)
  }
  mustAssume(document)
  const meant: Record<string, string> = Object.create(null)
  for (const value of namesIn(document)) {
    const identity = findNamed(identities, value)
    if (!identity) {
      throw fault('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${value}"`)
    }
    meant[value] = identity.id
  }
  return { text, meant }
}

function mustAssume({ statements }: PolicyDocument): void {
  const actions = statements.flatMap((statement) => statement.actions.values)
  if (actions.every((action) => foldAscii(action).startsWith('sts:'))) return
  throw fault(
    'MalformedPolicyDocument',
    'AssumeRole policy may only specify STS AssumeRole actions.',
  )
}

const uniqueIdForm = /^A(?:IDA|ROA)[A-Z0-9]+$/

/** The users and roles that a policy names, each once. Sessions and accounts keep their names. */
function namesIn({ statements }: PolicyDocument): Set<string> {
  const entries = statements.flatMap((statement) => statement.principals?.entries ?? [])
  const values = entries.filter(({ type }) => type === 'AWS').map(({ value }) => value)
  return new Set(values.filter((value) => uniqueIdForm.test(value) || isIdentity(value)))
}

const isIdentity = (value: string): boolean => {
  const kind = placeOf(value)?.kind
  return kind === 'user' || kind === 'role'
}

function findNamed(identities: IdentityReader, value: string): UserRecord | RoleRecord | undefined {
  const place = placeOf(value)
  if (!place) return getById(identities, value)
  const { kind, account, name } = place
  if (kind !== 'user' && kind !== 'role') return undefined
  const identity = identities.find(kind, account, name)
  return identity && arnOf(identity) === value ? identity : undefined
}

const getById = (identities: IdentityReader, id: string) =>
  identities.get(id.startsWith('AIDA') ? 'user' : 'role', id)

/** The document with unique ids in place of the names that were resolved. */
export function boundTrust({ text, meant }: TrustRecord): PolicyDocument {
  const document = readPolicy(text, 'trust')
  return {
    ...document,
    statements: document.statements.map((statement) =>
      statement.principals
        ? {
            ...statement,
            principals: {
              ...statement.principals,
              entries: statement.principals.entries.map(({ type, value }) => ({
                type,
                value: type === 'AWS' && Object.hasOwn(meant, value) ? (meant[value] ?? '') : value,
              })),
            },
          }
        : statement,
    ),
  }
}

/** The text for readers: as it was put, unless somebody in it was renamed or deleted. */
export function showTrust(identities: IdentityReader, { text, meant }: TrustRecord): string {
  const shown = new Map<string, string>()
  for (const [value, id] of Object.entries(meant)) {
    const identity = getById(identities, id)
    const name = identity ? arnOf(identity) : id
    if (name !== value) shown.set(value, name)
  }
  return shown.size === 0 ? text : JSON.stringify(renamed(parseJson(text), shown))
}

const principalKeys = new Set(['Principal', 'NotPrincipal'])

function renamed(value: Json, shown: ReadonlyMap<string, string>, within = false): Json {
  if (typeof value === 'string') return within ? (shown.get(value) ?? value) : value
  if (Array.isArray(value)) return value.map((each) => renamed(each, shown, within))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      renamed(each, shown, within || principalKeys.has(key)),
    ]),
  )
}
