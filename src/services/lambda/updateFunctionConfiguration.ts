/**
 * Other settings for `$LATEST`: those that are given; the others stay.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
 */
import { configurationOf } from './configuration.ts'
import { forgetting } from './deployed.ts'
import { findFunction, mustBeRevision } from './function.ts'
import { mustBeOffered } from './offered.ts'
import { mustBePassable } from './role.ts'
import { operation } from './service.ts'
import { changedSettings } from './settings.ts'

export const updateFunctionConfiguration = operation('UpdateFunctionConfiguration', {
  action: 'lambda:UpdateFunctionConfiguration',
  touches: (look, input) => findFunction(look, input),

  run(rooms, input, { shelf, record, arn }) {
    mustBeOffered(input, record.name)
    mustBeRevision(input.RevisionId, record.latest.revisionId)
    const latest = changedSettings(rooms, record.latest, input)
    if (input.Role !== undefined) mustBePassable(rooms, shelf, record.name, input.Role)
    rooms.functions.replace(shelf, { ...record, latest })
    return forgetting(rooms, arn, configurationOf(shelf, record, latest))
  },
})
