/**
 * The account's parameters in this region without their values, in the order of their names. A page
 * may be short, or empty with a token, when much of what was looked at did not fit.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
 */
import type { DescribeParametersRequest } from '../../contract/generated/ssm.ts'
import { anything } from '../operation.ts'
import { type Filter, matcherOf, namePrefix } from './filter.ts'
import { pageOf } from './listing.ts'
import { arnOf } from './name.ts'
import { tokensOf } from './page.ts'
import { hereOf } from './parameter.ts'
import { fault, operation } from './service.ts'
import { shownFacts } from './version.ts'

const itemsDefault = 50
const keys: ReadonlySet<string> = new Set([
  ...['Name', 'Path', 'Type', 'KeyId', 'Tier', 'DataType', 'Label', 'tag:'],
])

export const describeParameters = operation('DescribeParameters', {
  action: 'ssm:DescribeParameters',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const shelf = hereOf(rooms)
    const filters = filtersOf(input)
    const query = { shelf, prefix: namePrefix(filters), matches: matcherOf(filters, keys) }
    const tokens = tokensOf(rooms, 'DescribeParameters', [filters])
    const after = tokens.mustBePlace(input.NextToken) as string | undefined
    const itemsMax = input.MaxResults ?? itemsDefault
    // Nothing is shared with anybody here, so that a list of what others share is empty.
    const { parameters, next } = input.Shared
      ? { parameters: [], next: undefined }
      : await pageOf(rooms.parameters, query, after, itemsMax)
    return {
      Parameters: parameters.map((parameter) => ({
        Name: parameter.name,
        ARN: arnOf(shelf, parameter.name),
        ...shownFacts(parameter, parameter.duties),
        Version: parameter.version,
      })),
      NextToken: tokens.print(next === undefined ? undefined : [next]),
    }
  },
})

/** The older member means the beginnings of names, and equality for the rest. */
function filtersOf({ Filters, ParameterFilters }: DescribeParametersRequest): readonly Filter[] {
  if (Filters && ParameterFilters) {
    throw fault(
      'ValidationException',
      'You can use either Filters or ParameterFilters in a single request.',
    )
  }
  const older = Filters?.map(({ Key, Values }) => ({
    ...{ Key, Values },
    Option: Key === 'Name' ? 'BeginsWith' : 'Equals',
  }))
  return older ?? ParameterFilters ?? []
}
