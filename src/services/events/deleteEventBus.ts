/**
 * Removes a bus that has no rules any more. One that is not there is no failure.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html
 */
import { busArn } from '../../events/arns.ts'
import { defaultBus } from '../../events/records.ts'
import { busType, hereOf } from './bus.ts'
import { fault, operation } from './service.ts'

export const deleteEventBus = operation('DeleteEventBus', {
  action: 'events:DeleteEventBus',

  touches(look, { Name }) {
    const shelf = hereOf(look)
    return { arn: busArn(shelf, Name), account: shelf.account, type: busType }
  },

  async run(rooms, { Name }) {
    const { events } = rooms
    const shelf = hereOf(rooms)
    if (Name === defaultBus) throw fault('ValidationException', `Cannot delete event bus ${Name}.`)
    if (!events.findBus(shelf, Name)) return {}
    if ((await events.listRules(shelf, Name, { itemsMax: 1 })).length > 0) {
      throw fault('ValidationException', `Cannot delete event bus ${Name}: it has rules.`)
    }
    events.removeBus(shelf, Name)
    return {}
  },
})
