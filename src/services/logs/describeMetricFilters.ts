/**
 * The filters of a group, or of all groups of the account in this region, in the order of the groups'
 * names and their own.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html
 */
import type { DescribeMetricFiltersRequest, MetricFilter } from '../../contract/generated/logs.ts'
import type { Absent, Subject } from '../operation.ts'
import { decidedArn, findGroup, type Group, hereOf } from './group.ts'
import { tokensOf } from './page.ts'
import type { FilterRecord, GroupRecord } from './records.ts'
import { fault, type Look, operation, type Rooms } from './service.ts'

const itemsDefault = 50
const groupsPerRead = 500

export const describeMetricFilters = operation('DescribeMetricFilters', {
  action: 'logs:DescribeMetricFilters',

  async touches(look: Look, { logGroupName }): Promise<Subject | Group | Absent> {
    if (logGroupName !== undefined) return findGroup(look, { logGroupName })
    const shelf = hereOf(look)
    return { arn: decidedArn(shelf, '*'), account: shelf.account }
  },

  async run(rooms, input, subject) {
    const { logGroupName, filterNamePrefix, metricName, metricNamespace } = input
    if ((metricName === undefined) !== (metricNamespace === undefined)) {
      throw fault(
        'InvalidParameterException',
        'metricName and metricNamespace must be given together.',
      )
    }
    const asked = [logGroupName, filterNamePrefix, metricName, metricNamespace]
    const tokens = tokensOf(rooms, 'DescribeMetricFilters', asked)
    const [group = '', name = ''] = (tokens.mustBePlace(input.nextToken, 2) ?? []) as string[]
    const itemsMax = input.limit ?? itemsDefault
    const found: MetricFilter[] = []
    const groups = 'record' in subject ? [subject.record] : everyGroup(rooms, group)
    for await (const each of groups) {
      if (each.name < group) continue
      const { filters } = await rooms.logs.filtersOf(each)
      const behind = filters.filter((one) => each.name > group || one.name > name)
      found.push(...behind.filter((one) => fits(one, input)).map((one) => shown(each, one)))
      if (found.length > itemsMax) break
    }
    const page = found.slice(0, itemsMax)
    const last = found.length > itemsMax ? page.at(-1) : undefined
    return {
      metricFilters: page,
      nextToken: tokens.print(last && [last.logGroupName ?? '', last.filterName ?? '']),
    }
  },
})

/** Groups from this name on. */
async function* everyGroup(rooms: Rooms, from: string): AsyncGenerator<GroupRecord> {
  const shelf = hereOf(rooms)
  const own = from === '' ? undefined : await rooms.logs.findGroup(shelf, from)
  if (own) yield own
  let after = from === '' ? undefined : [from]
  do {
    const page = await rooms.logs.listGroups(shelf, { after, itemsMax: groupsPerRead })
    yield* page
    const last = page.length === groupsPerRead ? page.at(-1) : undefined
    after = last && [last.name]
  } while (after)
}

const fits = (
  { name, transformation }: FilterRecord,
  { filterNamePrefix = '', metricName, metricNamespace }: DescribeMetricFiltersRequest,
): boolean =>
  name.startsWith(filterNamePrefix) &&
  (metricName ?? transformation.name) === transformation.name &&
  (metricNamespace ?? transformation.namespace) === transformation.namespace

const shown = (group: GroupRecord, filter: FilterRecord): MetricFilter => {
  const { namespace, name, value, otherwise, dimensions, unit } = filter.transformation
  const hasDimensions = Object.keys(dimensions).length > 0
  return {
    ...{ filterName: filter.name, filterPattern: filter.pattern, logGroupName: group.name },
    creationTime: filter.createdAt,
    metricTransformations: [
      {
        ...{ metricName: name, metricNamespace: namespace, metricValue: value },
        ...{ defaultValue: otherwise, unit },
        ...(hasDimensions && { dimensions }),
      },
    ],
  }
}
