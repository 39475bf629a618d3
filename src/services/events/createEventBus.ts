/**
 * Another bus, beside the default one, for events of the caller's own.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
 */
import { busArn } from '../../events/arns.ts'
import { defaultBus } from '../../events/records.ts'
import { busType, hereOf } from './bus.ts'
import { mustBeOfferedBus } from './permission.ts'
import { fault, operation } from './service.ts'
import { tooMany } from './setting.ts'
import { askedContext, withTags } from './tags.ts'

const busesMax = 100

export const createEventBus = operation('CreateEventBus', {
  action: 'events:CreateEventBus',

  touches(look, { Name, Tags }) {
    const shelf = hereOf(look)
    const arn = busArn(shelf, Name)
    return { arn, account: shelf.account, type: busType, context: askedContext(Tags) }
  },

  async run(rooms, input) {
    const { events, draws } = rooms
    const { Name: name, Description: description, Tags = [] } = input
    const shelf = hereOf(rooms)
    mustBeOfferedBus(input)
    if (name.includes('/')) throw fault('ValidationException', 'Parameter Name is not valid.')
    if (name === defaultBus || events.findBus(shelf, name)) {
      throw fault('ResourceAlreadyExistsException', `Event bus ${name} already exists.`)
    }
    if ((await events.listBuses(shelf, { itemsMax: busesMax })).length >= busesMax) throw tooMany()
    const tags = withTags([], Tags)
    events.putBus(shelf, { name, description, tags, createdAt: draws.at, changedAt: draws.at })
    return { EventBusArn: busArn(shelf, name), Description: description }
  },
})
