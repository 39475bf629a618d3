/** Metric filters as descriptions list them. */
import type { DescribeMetricFiltersRequest, MetricFilter } from '../../contract/generated/logs.ts'
import { hereOf } from './group.ts'
import type { FilterRecord, GroupRecord } from './records.ts'
import type { Rooms } from './service.ts'

const groupsPerRead = 500

/** Groups from this name on. */
export async function* everyGroup(rooms: Rooms, from: string): AsyncGenerator<GroupRecord> {
  const shelf = hereOf(rooms)
  const own = from === '' ? undefined : rooms.logs.findGroup(shelf, from)
  if (own) yield own
  let after = from === '' ? undefined : [from]
  do {
    const page = await rooms.logs.listGroups(shelf, { after, itemsMax: groupsPerRead })
    yield* page
    const last = page.length === groupsPerRead ? page.at(-1) : undefined
    after = last && [last.name]
  } while (after)
}

/** Whether a filter is asked for. */
export const fits = (
  { name, transformation }: FilterRecord,
  { filterNamePrefix = '', metricName, metricNamespace }: DescribeMetricFiltersRequest,
): boolean =>
  name.startsWith(filterNamePrefix) &&
  (metricName ?? transformation.name) === transformation.name &&
  (metricNamespace ?? transformation.namespace) === transformation.namespace

export const shown = (group: GroupRecord, filter: FilterRecord): MetricFilter => {
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
