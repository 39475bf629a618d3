/**
 * A new parameter, or with Overwrite a new version of one that is there; what an overwrite leaves out
 * stays as it was.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
import type { Absent, Subject } from '../operation.ts'
import { findWhole, isParameter, type Parameter } from './parameter.ts'
import { makeVersion, mustBeFitPut, placeOf } from './put.ts'
import { fault, operation } from './service.ts'
import { mustHaveRoom } from './tier.ts'
import { oldestAfter } from './version.ts'

export const putParameter = operation('PutParameter', {
  action: 'ssm:PutParameter',

  touches(look, input): Subject {
    mustBeFitPut(look, input)
    const found: Parameter | Absent = findWhole(look, input.Name, input)
    return isParameter(found) ? found : placeOf(look, input)
  },

  async run(rooms, input, subject) {
    const { shelf, name } = placeOf(rooms, input)
    const before = isParameter(subject) ? subject.record : undefined
    if (before && !input.Overwrite) throw alreadyExists()
    const { facts, version, duties } = await makeVersion(rooms, input, subject.arn, before)
    if (!before) mustHaveRoom(facts.tier, await rooms.parameters.count(shelf))
    const oldest = before ? oldestAfter(rooms, shelf, before) : 1
    rooms.parameters.put(shelf, before, {
      ...facts,
      ...{ name: before?.name ?? name, version: version.version, oldest, duties },
      labels: before?.labels ?? [],
      tags: before?.tags ?? input.Tags ?? [],
    })
    rooms.parameters.addVersion(shelf, name, version)
    return { Version: version.version, Tier: facts.tier }
  },
})

const alreadyExists = () =>
  fault(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  )
