/**
 * The filters of a group, or of all groups of the account in this region, in the order of the groups'
 * names and their own.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html
 */
import type { MetricFilter } from '../../contract/generated/logs.ts'
import type { Absent, Subject } from '../operation.ts'
import { decidedArn, findGroup, type Group, hereOf } from './group.ts'
import { everyGroup, fits, shown } from './listed-filter.ts'
import { tokensOf } from './page.ts'
import { fault, type Look, operation } from './service.ts'

const itemsDefault = 50

export const describeMetricFilters = operation('DescribeMetricFilters', {
  action: 'logs:DescribeMetricFilters',

  touches(look: Look, { logGroupName }): Subject | Group | Absent {
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
      const { filters } = rooms.logs.filtersOf(each)
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
