/**
 * One API destination.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeApiDestination.html
 */
import { destinationView, findDestination, settingsOf } from './destination.ts'
import { operation } from './service.ts'

export const describeApiDestination = operation('DescribeApiDestination', {
  action: 'events:DescribeApiDestination',
  touches: (look, { Name }) => findDestination(look, Name),

  run: (rooms, _input, { shelf, record }) => ({
    ...destinationView(rooms, shelf, record),
    ...settingsOf(record),
    Description: record.description,
  }),
})
