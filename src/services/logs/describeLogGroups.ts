/**
 * The account's log groups in this region, in the order of their names.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
 */
import { decidedArn, groupArn, hereOf } from './group.ts'
import { tokensOf } from './page.ts'
import type { GroupRecord, Shelf } from './records.ts'
import { fault, operation, type Rooms } from './service.ts'

const itemsDefault = 50
const examinedMax = 1000

export const describeLogGroups = operation('DescribeLogGroups', {
  action: 'logs:DescribeLogGroups',

  touches(look, { logGroupNamePrefix }) {
    const shelf = hereOf(look)
    return { arn: decidedArn(shelf, logGroupNamePrefix ?? ''), account: shelf.account }
  },

  async run(rooms, input) {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, limit = itemsDefault } = input
    if (prefix !== undefined && pattern !== undefined) {
      throw fault(
        'InvalidParameterException',
        'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
      )
    }
    const shelf = hereOf(rooms)
    const tokens = tokensOf(rooms, 'DescribeLogGroups', [prefix, pattern])
    const [start] = tokens.mustBePlace(input.nextToken, 1) ?? []
    const wanted = pattern?.toLowerCase()
    const after = start === undefined ? undefined : [start]
    const listed = await rooms.logs.listGroups(shelf, { prefix, after, itemsMax: examinedMax })
    const fits = listed.filter(({ name }) => !wanted || name.toLowerCase().includes(wanted))
    const page = fits.slice(0, limit)
    const goesOn = fits.length > limit ? page.at(-1) : listed[examinedMax - 1]
    return {
      logGroups: await Promise.all(page.map((group) => shown(rooms, shelf, group))),
      nextToken: tokens.print(goesOn && [goesOn.name]),
    }
  },
})

async function shown({ logs }: Rooms, shelf: Shelf, group: GroupRecord) {
  const { name, createdAt, retentionDays, isProtected } = group
  const arn = groupArn(shelf, name)
  return {
    logGroupName: name,
    creationTime: createdAt,
    retentionInDays: retentionDays,
    metricFilterCount: logs.filtersOf(group).filters.length,
    arn: `${arn}:*`,
    storedBytes: await logs.bytesOf(group),
    logGroupClass: 'STANDARD' as const,
    logGroupArn: arn,
    deletionProtectionEnabled: isProtected ?? false,
  }
}
