/**
 * Who would ask in a simulation: a user, group or role as it is, or only the policies that were
 * handed in.
 */
import type { Context as Known } from '../../../policy/context.ts'
import { buildContext } from '../../../policy/context.ts'
import type { Principal } from '../../../policy/principal.ts'
import type { Absent } from '../../operation.ts'
import { arnOf, placeOf, sessionArn } from '../arns.ts'
import { type Found, findAt } from '../entity.ts'
import type { HolderKind, HolderRecord, UserRecord } from '../records.ts'
import { fault, type Look } from '../service.ts'
import { tagValues } from '../tags.ts'

type AccountPrincipal = Principal & { readonly account: string; readonly arn: string }

const holderKinds: ReadonlySet<string> = new Set<HolderKind>(['user', 'group', 'role'])
const isHolderKind = (kind: string): kind is HolderKind => holderKinds.has(kind)

/** The user, group or role of that ARN, or its absence. */
export function findHolder(look: Look, arn: string): Found<HolderKind> | Absent {
  const place = placeOf(arn)
  if (place && isHolderKind(place.kind)) return findAt<HolderKind>(look, place.kind, place)
  const words = `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`
  throw fault('InvalidInput', words)
}

const nothing: Known = new Map()

/** The principal that a holder is when it acts. A group never does: its policies are asked alone. */
export function principalOf(record: HolderRecord): AccountPrincipal {
  const { account } = record
  if (record.kind === 'group') return somebodyOf(account)
  const tags = tagValues(record.tags)
  if (record.kind === 'user') {
    const { id: userId, name: userName } = record
    return { kind: 'user', arn: arnOf(record), account, userId, userName, tags }
  }
  return {
    kind: 'role-session',
    arn: sessionArn(account, record.name, 'simulation'),
    account,
    roleArn: arnOf(record),
    userId: `${record.id}:simulation`,
    tags,
  }
}

/** A user by ARN alone: all that a resource policy needs. Throws InvalidInput for anybody else. */
export function callerOf(arn: string): AccountPrincipal {
  const place = placeOf(arn)
  if (place?.kind !== 'user') {
    throw fault('InvalidInput', 'CallerArn must be the ARN of an IAM user.')
  }
  const { account, name } = place
  return { kind: 'user', arn, account, userId: '', userName: name, tags: {} }
}

/** Somebody of an account, of whom nothing is known. */
export const somebodyOf = (account: UserRecord['account']): AccountPrincipal => ({
  kind: 'user',
  arn: arnOf({ kind: 'user', account, path: '/', name: 'simulation' }),
  account,
  userId: '',
  userName: '',
  tags: {},
})

/** What is known of whoever asks without being given; of a group, or of nobody in particular, nothing. */
export function knownOf(principal: AccountPrincipal, isReal: boolean): Known {
  return isReal ? buildContext(principal, principal.account) : nothing
}
