/**
 * Makes a filter of a group, or sets it anew: from now on each line that fits is measured. Lines that are
 * there already are not.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
 */
import { findGroup } from './group.ts'
import { readPattern } from './pattern.ts'
import { fault, operation } from './service.ts'
import { readTransformation, wrong } from './transformation.ts'

const filtersMax = 100

export const putMetricFilter = operation('PutMetricFilter', {
  action: 'logs:PutMetricFilter',
  touches: (look, input) => findGroup(look, { logGroupName: input.logGroupName }),

  run({ logs, draws }, input, { record }) {
    const { filterName: name, filterPattern: pattern } = input
    const isMore =
      input.applyOnTransformedLogs ||
      input.fieldSelectionCriteria ||
      input.emitSystemFieldDimensions
    if (isMore) throw wrong('Transformed logs and system fields are not offered here.')
    readPattern(pattern)
    const transformation = readTransformation(input.metricTransformations[0], pattern)
    const { filters } = logs.filtersOf(record)
    const before = filters.find((each) => each.name === name)
    const others = filters.filter((each) => each !== before)
    if (others.length >= filtersMax) {
      throw fault('LimitExceededException', 'Resource limit exceeded.')
    }
    const made = { name, pattern, transformation, createdAt: before?.createdAt ?? draws.at }
    const after = [...others, made].toSorted((a, b) => (a.name < b.name ? -1 : 1))
    logs.putFilters(record, { filters: after })
    return {}
  },
})
