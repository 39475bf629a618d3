/**
 * Everybody who could call, without a call of theirs: for the operator's questions about who can do a
 * thing, and why somebody could not.
 */
import type { AccountId } from '../../lib/brand.ts'
import type { Session } from '../../lib/session.ts'
import type { Records } from './records.ts'
import { type Authority, authorityOf, authorityOfUser, rootCaller } from './sessions.ts'
import type { IdentityReader } from './store.ts'

const pageItemsMax = 1000
/** Nobody's: what is only supposed has signed nothing. */
const accessKeyId = ''

/** An identity as somebody would act by it. */
export interface Who {
  readonly type: 'Root' | 'User' | 'Role'
  readonly account: AccountId
  /** The unique id; of no account for its root. */
  readonly id?: string
  /** By temporary credentials. */
  readonly session?: Pick<
    Session,
    'sessionName' | 'issuedAt' | 'sourceIdentity' | 'federatedProvider'
  >
}

/** The authority of an identity as it is now, without session policies; `undefined` if it is gone. */
export function authorityOfWho(
  identities: IdentityReader,
  { type, account, id = '', session }: Who,
): Authority | undefined {
  if (type === 'Role' || session) {
    return authorityOf(identities, {
      ...{ accessKeyId, account, kind: kinds[type], roleId: id, userId: id },
      ...{ policies: [], policyArns: [], tags: {}, transitiveTagKeys: [], expiresAt: 0 },
      ...(session ?? { issuedAt: 0 }),
    })
  }
  if (type === 'Root') return { caller: rootCaller({ account, accessKeyId }), identity: [] }
  const user = identities.get('user', id)
  return user && authorityOfUser(identities, user, accessKeyId)
}

const kinds = { Root: 'root-session', User: 'user-session', Role: 'role-session' } as const

/** The account's root, its users, and its roles as whoever assumed them at this instant. */
export async function* everybodyIn(
  identities: IdentityReader,
  account: AccountId,
  at: number,
): AsyncGenerator<Authority> {
  yield { caller: rootCaller({ account, accessKeyId }), identity: [] }
  for await (const user of allOf(identities, 'user', account)) {
    yield authorityOfUser(identities, user, accessKeyId)
  }
  for await (const { id } of allOf(identities, 'role', account)) {
    const session = { sessionName: 'supposed', issuedAt: at }
    const authority = authorityOfWho(identities, { type: 'Role', account, id, session })
    if (authority) yield authority
  }
}

async function* allOf<K extends 'user' | 'role'>(
  identities: IdentityReader,
  kind: K,
  account: AccountId,
): AsyncGenerator<Records[K]> {
  let after: readonly string[] | undefined
  do {
    const items = await identities.list(kind, account, { after, itemsMax: pageItemsMax })
    for (const { record } of items) {
      if (record) yield record
    }
    const last = items.length === pageItemsMax ? items.at(-1) : undefined
    after = last && [last.place]
  } while (after)
}
