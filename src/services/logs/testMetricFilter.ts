/**
 * Which messages a filter pattern fits: by the same function that filters stored lines.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html
 */
import { anything } from '../operation.ts'
import { readPattern } from './pattern.ts'
import { operation } from './service.ts'

export const testMetricFilter = operation('TestMetricFilter', {
  action: 'logs:TestMetricFilter',
  touches: ({ caller }) => anything(caller.account),

  run(_rooms, { filterPattern, logEventMessages }) {
    const fits = readPattern(filterPattern)
    const numbered = logEventMessages.map((eventMessage, index) => ({
      ...{ eventNumber: index + 1, eventMessage, extractedValues: {} },
    }))
    return { matches: numbered.filter(({ eventMessage }) => fits(eventMessage)) }
  },
})
