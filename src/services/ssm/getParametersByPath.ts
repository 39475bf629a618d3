/**
 * The parameters below a path, one level of it or all. Whoever may read the path sees everything below
 * it, even what they may not read by its own name: so it is documented.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
import { eachOf } from '../operation.ts'
import { isBelow, matcherOf } from './filter.ts'
import { pageOf } from './listing.ts'
import { mustBeListPath } from './name.ts'
import { tokensOf } from './page.ts'
import { hereOf, subjectAt } from './parameter.ts'
import { operation } from './service.ts'
import { shownVersion } from './shown.ts'

const itemsDefault = 10
const keys: ReadonlySet<string> = new Set(['Type', 'KeyId', 'Label'])

export const getParametersByPath = operation('GetParametersByPath', {
  action: 'ssm:GetParametersByPath',

  touches(look, input) {
    mustBeListPath(input.Path)
    return subjectAt(hereOf(look), input.Path, { Recursive: input.Recursive ?? false })
  },

  async run(rooms, input) {
    const { Path, Recursive = false, ParameterFilters = [], WithDecryption } = input
    const shelf = hereOf(rooms)
    const prefix = mustBeListPath(Path)
    const fits = matcherOf(ParameterFilters, keys)
    const matches: typeof fits = (each) => isBelow(each.name, prefix, Recursive) && fits(each)
    const tokens = tokensOf(rooms, 'GetParametersByPath', [prefix, Recursive, ParameterFilters])
    const after = tokens.mustBePlace(input.NextToken) as string | undefined
    const query = { shelf, prefix, matches, isFlat: !Recursive }
    const itemsMax = input.MaxResults ?? itemsDefault
    const { parameters, next } = await pageOf(rooms.parameters, query, after, itemsMax)
    const wanted = ParameterFilters.find(({ Key }) => Key === 'Label')?.Values
    const shown = eachOf(parameters, (record) => {
      // Asked for by a label, it is that version that is meant.
      const on = record.labels.find(({ name }) => wanted?.includes(name))?.on ?? record.version
      const version = rooms.parameters.findVersion(shelf, record.name, on)
      return version && shownVersion(rooms, shelf, record, version, WithDecryption)
    })
    const Parameters = shown.filter((each) => each !== undefined)
    return { Parameters, NextToken: tokens.print(next === undefined ? undefined : [next]) }
  },
})
