/**
 * An event bus as operations see it. Every region of an account has the one called default, whether
 * anything is kept of it or not.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html
 */
import { busArn } from '../../events/arns.ts'
import { type BusRecord, defaultBus, type Shelf } from '../../events/records.ts'
import { isAccountId, parseArn } from '../../lib/arn.ts'
import { once } from '../../lib/once.ts'
import { type CompiledPolicy, compilePolicy } from '../../policy/compile.ts'
import { readPolicy } from '../../policy/document.ts'
import { Absent, type Subject } from '../operation.ts'
import { fault, type Look } from './service.ts'
import { tagContext } from './tags.ts'

export interface Bus extends Subject {
  readonly shelf: Shelf
  readonly record: BusRecord
}

export const busType = 'AWS::Events::EventBus'

/** The caller's own account, in the region of the call. */
export const hereOf = ({ caller, region }: Pick<Look, 'caller' | 'region'>): Shelf => ({
  account: caller.account,
  region,
})

/** Where a bus is, by its name or its ARN. */
export function busPlace(look: Look, nameOrArn = defaultBus): { shelf: Shelf; name: string } {
  const arn = parseArn(nameOrArn)
  if (!arn) return { shelf: hereOf(look), name: nameOrArn }
  const [kind, ...rest] = arn.resource.split('/')
  if (arn.service !== 'events' || kind !== 'event-bus' || !isAccountId(arn.account)) {
    throw fault('ValidationException', 'Parameter EventBusName is not valid.')
  }
  return { shelf: { account: arn.account, region: arn.region }, name: rest.join('/') }
}

export function findBus(look: Look, nameOrArn?: string): Bus | Absent {
  const { shelf, name } = busPlace(look, nameOrArn)
  const arn = busArn(shelf, name)
  const isHere = shelf.region === look.region
  const found = isHere ? look.events.findBus(shelf, name) : undefined
  const record = found ?? (isHere && name === defaultBus ? unkept : undefined)
  if (record) return busOf(shelf, record)
  return new Absent({ arn, account: shelf.account, shown: arn }, absentBus(name))
}

const unkept: BusRecord = { name: defaultBus, tags: [], createdAt: 0, changedAt: 0 }

const busOf = (shelf: Shelf, record: BusRecord): Bus => ({
  ...{ arn: busArn(shelf, record.name), account: shelf.account, shelf, record },
  ...{ policy: policyOf(record), context: tagContext(record.tags), type: busType },
})

export const absentBus = (name: string) =>
  fault('ResourceNotFoundException', `Event bus ${name} does not exist.`)

/** The resource policy, compiled once for each record that was read. */
const policyOf = once((record: BusRecord): CompiledPolicy | undefined => {
  if (record.policy === undefined) return undefined
  const source = { kind: 'resource', name: record.name } as const
  return compilePolicy(readPolicy(record.policy, 'resource'), source)
})

/** The members that descriptions and lists have. */
export const busView = ({ arn, record }: Pick<Bus, 'arn' | 'record'>) => ({
  Name: record.name,
  Arn: arn,
  Description: record.description,
  Policy: record.policy,
  ...(record.createdAt > 0 && {
    CreationTime: record.createdAt,
    LastModifiedTime: record.changedAt,
  }),
})
