/**
 * A bus of the account in this region, with its policy.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html
 */
import { busView, findBus } from './bus.ts'
import { operation } from './service.ts'

export const describeEventBus = operation('DescribeEventBus', {
  action: 'events:DescribeEventBus',
  touches: (look, { Name }) => findBus(look, Name),
  run: (_rooms, _input, bus) => busView(bus),
})
