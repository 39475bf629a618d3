/**
 * Removes a filter; what it measured stays.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html
 */
import { findGroup } from './group.ts'
import { fault, operation } from './service.ts'

export const deleteMetricFilter = operation('DeleteMetricFilter', {
  action: 'logs:DeleteMetricFilter',
  touches: (look, input) => findGroup(look, { logGroupName: input.logGroupName }),

  run({ logs }, { filterName }, { record }) {
    const { filters } = logs.filtersOf(record)
    const left = filters.filter(({ name }) => name !== filterName)
    if (left.length === filters.length) {
      throw fault('ResourceNotFoundException', 'The specified metric filter does not exist.')
    }
    logs.putFilters(record, { filters: left })
    return {}
  },
})
