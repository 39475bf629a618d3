/** A log group as operations see it, found for a call or absent; and its streams. */
import { formatArn, isAccountId, parseArn, partitionOf } from '../../lib/arn.ts'
import type { Arn } from '../../lib/brand.ts'
import { Absent, type Subject } from '../operation.ts'
import type { GroupRecord, Shelf, StreamRecord, Tags } from './records.ts'
import { fault, type Look } from './service.ts'

export interface Group extends Subject {
  readonly shelf: Shelf
  readonly record: GroupRecord
}

export interface Stream extends Group {
  readonly stream: StreamRecord
}

/** The caller's own shelf. */
export const hereOf = ({ caller, region }: Pick<Look, 'caller' | 'region'>): Shelf => ({
  account: caller.account,
  region,
})

const groupPrefix = 'log-group:'

/** The ARN that descriptions show, without the `:*` that some of them end with. */
export const groupArn = ({ account, region }: Shelf, name: string): Arn =>
  formatArn({
    ...{ partition: partitionOf(region), service: 'logs', region, account },
    resource: `${groupPrefix}${name}`,
  })

/** What is decided on: a stream of a group, or with an empty name the group itself. */
export const decidedArn = (shelf: Shelf, name: string, stream = ''): string =>
  `${groupArn(shelf, name)}:log-stream:${stream}`

export interface Named {
  readonly logGroupName?: string | undefined
  readonly logGroupIdentifier?: string | undefined
}

/** Where a group is, by its name or by its ARN. */
export function placeOf(look: Look, { logGroupName, logGroupIdentifier }: Named) {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw fault(
      'InvalidParameterException',
      'Exactly one of logGroupName and logGroupIdentifier must be given.',
    )
  }
  const id = logGroupName ?? logGroupIdentifier ?? ''
  const arn = parseArn(id)
  const isGroup = arn?.service === 'logs' && arn.resource.startsWith(groupPrefix)
  if (!isGroup || !isAccountId(arn.account)) return { shelf: hereOf(look), name: id }
  const name = arn.resource.slice(groupPrefix.length).replace(/:\*$/, '')
  return { shelf: { account: arn.account, region: arn.region }, name }
}

export function findGroup(look: Look, named: Named, streamName?: string) {
  const { shelf, name } = placeOf(look, named)
  const arn = decidedArn(shelf, name, streamName)
  const { account } = shelf
  const isHere = shelf.region === look.region
  const record = isHere ? look.logs.findGroup(shelf, name) : undefined
  if (!record) return new Absent({ arn, account, shown: arn }, absentGroup())
  const group: Group = {
    ...{ arn, account, shelf, record },
    context: tagContext(record.tags),
    type: 'AWS::Logs::LogGroup',
  }
  return group
}

export const absentGroup = () =>
  fault('ResourceNotFoundException', 'The specified log group does not exist.')

/** A stream of a group that is there. */
export function findStream(look: Look, named: Named, streamName: string): Stream | Absent {
  const group = findGroup(look, named, streamName)
  if (group instanceof Absent) return group
  const stream = look.logs.findStream(group.record, streamName)
  if (stream) return { ...group, stream }
  const { arn, account } = group
  return new Absent({ arn, account, shown: arn }, absentStream())
}

const absentStream = () =>
  fault('ResourceNotFoundException', 'The specified log stream does not exist.')

function tagContext(tags: Tags): Record<string, string> {
  const context: Record<string, string> = Object.create(null)
  for (const [key, value] of Object.entries(tags)) context[`aws:ResourceTag/${key}`] = value
  return context
}

/** Condition keys of tags that a request brings. */
export function requestTags(tags: Tags = {}): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = Object.create(null)
  const keys = Object.keys(tags)
  if (keys.length > 0) context['aws:TagKeys'] = keys
  for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value
  return context
}
