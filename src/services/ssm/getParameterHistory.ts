/**
 * Every version of a parameter that is kept, from the oldest on.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html
 */
import { eachOf } from '../operation.ts'
import { tokensOf } from './page.ts'
import { findWhole } from './parameter.ts'
import { operation } from './service.ts'
import { labelsOn, shownFacts, textIn } from './version.ts'

const itemsDefault = 50

export const getParameterHistory = operation('GetParameterHistory', {
  action: 'ssm:GetParameterHistory',
  touches: (look, input) => findWhole(look, input.Name),

  async run(rooms, input, parameter) {
    const { shelf, record } = parameter
    const tokens = tokensOf(rooms, 'GetParameterHistory', [record.name])
    const after = tokens.mustBePlace(input.NextToken) as number | undefined
    const itemsMax = input.MaxResults ?? itemsDefault
    const options = { after, itemsMax: itemsMax + 1 }
    const listed = await rooms.parameters.listVersions(shelf, record.name, options)
    const versions = listed.slice(0, itemsMax)
    const last = listed.length > itemsMax ? versions.at(-1) : undefined
    const shown = eachOf(versions, (version) => ({
      Name: record.name,
      ...shownFacts(version, version.version === record.version ? record.duties : []),
      Value: textIn(rooms, parameter, version, input.WithDecryption),
      Version: version.version,
      Labels: labelsOn(record, version.version),
    }))
    return {
      Parameters: shown,
      NextToken: tokens.print(last && [last.version]),
    }
  },
})
