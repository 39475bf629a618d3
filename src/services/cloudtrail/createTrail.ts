/**
 * A trail: where this account's records are to be delivered. It delivers nothing until StartLogging.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
 */

import { fault, operation } from './service.ts'
import { mustBeOffered, settled } from './setting.ts'
import { withTags } from './tags.ts'
import { arnOf, hereOf, mustBeName, settingsOf, tagContext, trailOf, trailType } from './trail.ts'

const trailsMax = 5

export const createTrail = operation('CreateTrail', {
  action: 'cloudtrail:CreateTrail',

  touches(look, { Name, TagsList = [] }) {
    const shelf = hereOf(look)
    mustBeName(Name)
    const context = tagContext('aws:RequestTag/', TagsList)
    return { arn: arnOf(shelf, Name), account: shelf.account, type: trailType, context }
  },

  run(rooms, input) {
    const { trails, caller } = rooms
    const shelf = hereOf(rooms)
    mustBeOffered(input)
    const plain = { bucket: '', isMultiRegion: false, takesGlobal: true, validates: false }
    const settings = settled(rooms, plain, input)
    const tags = withTags([], input.TagsList ?? [])
    if (trails.find(shelf, input.Name)) {
      throw fault(
        'TrailAlreadyExistsException',
        `Trail ${input.Name} already exists for customer: ${caller.account}`,
      )
    }
    if (trails.count(shelf) >= trailsMax) {
      throw fault(
        'MaximumNumberOfTrailsExceededException',
        `User: ${caller.account} already has ${trailsMax} trails in ${shelf.region}.`,
      )
    }
    const record = { name: input.Name, ...settings, tags, logging: { isOn: false } }
    trails.add(shelf, record)
    return settingsOf(trailOf(shelf, record))
  },
})
