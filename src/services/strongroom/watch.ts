/** What a watcher asks about: secrets and parameters by the ids that it uses, each decided on. */
import type { ReadReceipt, WatchedSet } from '../../contract/generated/strongroom.ts'
import { Fault } from '../../lib/fault.ts'
import { Absent, type Subject } from '../operation.ts'
import type { Rooms } from './service.ts'

/** Each id with its key; without one for what this caller may not watch. */
export interface Watch {
  readonly secrets: ReadonlyMap<string, string | undefined>
  readonly parameters: ReadonlyMap<string, string | undefined>
}

export function watchOf(rooms: Rooms, { SecretIds = [], ParameterNames = [] }: WatchedSet): Watch {
  return {
    secrets: keysOf(rooms, secretKind, SecretIds),
    parameters: keysOf(rooms, parameterKind, ParameterNames),
  }
}

/** What a receipt is about, and whether this caller may read it now. */
export function receiptSubject(
  rooms: Rooms,
  { Kind, Id }: Pick<ReadReceipt, 'Kind' | 'Id'>,
): { readonly subject: Subject | undefined; readonly mayRead: boolean } {
  const isSecret = Kind === 'Secret'
  const subject = subjectOf(rooms, isSecret ? secretKind : parameterKind, Id)
  const action = isSecret ? 'secretsmanager:GetSecretValue' : 'ssm:GetParameter'
  return { subject, mayRead: subject !== undefined && !rooms.refusal(action, subject) }
}

interface Kind {
  readonly service: string
  readonly operation: string
  readonly action: string
  inputOf(id: string): object
}

const secretKind: Kind = {
  service: 'secretsmanager',
  operation: 'DescribeSecret',
  action: 'secretsmanager:DescribeSecret',
  inputOf: (SecretId) => ({ SecretId }),
}

/** DescribeParameters is about no parameter in particular, so whoever may read one may watch it. */
const parameterKind: Kind = {
  service: 'ssm',
  operation: 'GetParameter',
  action: 'ssm:GetParameter',
  inputOf: (Name) => ({ Name }),
}

function keysOf(rooms: Rooms, kind: Kind, ids: readonly string[]) {
  const keys = new Map<string, string | undefined>()
  for (const id of ids) {
    if (!keys.has(id)) keys.set(id, keyFor(rooms, kind, id))
  }
  return keys
}

function keyFor(rooms: Rooms, kind: Kind, id: string): string | undefined {
  const subject = subjectOf(rooms, kind, id)
  if (!subject) return undefined
  const refused =
    rooms.refusal(kind.action, subject) ?? rooms.refusal('strongroom:WatchSecrets', subject)
  return refused ? undefined : rooms.changes.keyOf(subject.arn)
}

/** Of one that is not there, the place that it would have: it may be made while it is watched. */
function subjectOf(rooms: Rooms, kind: Kind, id: string): Subject | undefined {
  const { consider, caller } = rooms
  const { service, operation } = kind
  const authority = { caller, identity: [] }
  try {
    const { subject } = consider({ authority, service, operation, input: kind.inputOf(id) })
    if (!(subject instanceof Absent)) return subject
    const { arn, account, policy, context } = subject
    return { arn, account, ...(policy && { policy }), ...(context && { context }) }
  } catch (thrown) {
    // An id by which nothing can be called.
    if (thrown instanceof Fault) return undefined
    throw thrown
  }
}

/** All keys that are watched. */
export const keysIn = ({ secrets, parameters }: Watch): ReadonlySet<string> =>
  new Set([...secrets.values(), ...parameters.values()].filter((key) => key !== undefined))

/** The ids whose keys are meant. */
export const idsWhere = (
  { secrets, parameters }: Watch,
  isMeant: (key: string | undefined) => boolean,
): WatchedSet => ({
  SecretIds: idsIn(secrets, isMeant),
  ParameterNames: idsIn(parameters, isMeant),
})

const idsIn = (
  keys: ReadonlyMap<string, string | undefined>,
  isMeant: (key: string | undefined) => boolean,
): string[] => [...keys].filter(([, key]) => isMeant(key)).map(([id]) => id)
