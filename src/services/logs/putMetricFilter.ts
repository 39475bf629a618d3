/**
 * Makes a filter of a group, or sets it anew: from now on each line that fits is measured. Lines that are
 * there already are not.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
 */
import type { MetricTransformation } from '../../contract/generated/logs.ts'
import { readPath } from './expression.ts'
import { findGroup } from './group.ts'
import { readPattern } from './pattern.ts'
import type { Transformation } from './records.ts'
import { fault, operation } from './service.ts'

const filtersMax = 100
const dimensionsMax = 3
/** As for PutMetricData: what stands in them is the house's own. */
const reserved = /^(?:AWS\/|Strongroom$)/

export const putMetricFilter = operation('PutMetricFilter', {
  action: 'logs:PutMetricFilter',
  touches: (look, input) => findGroup(look, { logGroupName: input.logGroupName }),

  async run({ logs, draws }, input, { record }) {
    const { filterName: name, filterPattern: pattern } = input
    const isMore =
      input.applyOnTransformedLogs ||
      input.fieldSelectionCriteria ||
      input.emitSystemFieldDimensions
    if (isMore) throw wrong('Transformed logs and system fields are not offered here.')
    readPattern(pattern)
    const transformation = readTransformation(input.metricTransformations[0], pattern)
    const { filters } = await logs.filtersOf(record)
    const before = filters.find((each) => each.name === name)
    const others = filters.filter((each) => each !== before)
    if (others.length >= filtersMax) {
      throw fault('LimitExceededException', 'Resource limit exceeded.')
    }
    const made = { name, pattern, transformation, createdAt: before?.createdAt ?? draws.at }
    const after = [...others, made].toSorted((a, b) => (a.name < b.name ? -1 : 1))
    logs.putFilters(record, { filters: after })
    return {}
  },
})

const wrong = (words: string) => fault('InvalidParameterException', words)

function readTransformation(
  asked: MetricTransformation | undefined,
  pattern: string,
): Transformation {
  if (!asked) throw wrong('A metric filter has exactly one transformation.')
  const { metricNamespace: namespace, metricName: name, metricValue: value } = asked
  const { defaultValue: otherwise, dimensions = {}, unit } = asked
  const isNamed = name !== '' && namespace !== '' && !/\p{Cc}/u.test(namespace + name)
  if (!isNamed || reserved.test(namespace)) {
    throw wrong('The metric of the filter must have a name and a namespace that is not reserved.')
  }
  mustBeValue(value, pattern)
  const paths = Object.entries(dimensions)
  if (paths.length > dimensionsMax) {
    throw wrong(`A metric filter has at most ${dimensionsMax} dimensions.`)
  }
  if (paths.length > 0 && otherwise !== undefined) {
    throw wrong('A metric filter with dimensions cannot have a default value.')
  }
  for (const [key, path] of paths) {
    if (key === '' || /\p{Cc}/u.test(key)) throw wrong('A dimension must have a name.')
    mustBePath(path, pattern)
  }
  return { namespace, name, value, otherwise, dimensions, unit }
}

const numberForm = /^-?\d{1,15}(?:\.\d{1,15})?$/

function mustBeValue(value: string, pattern: string): void {
  if (value.startsWith('$')) mustBePath(value, pattern)
  else if (!numberForm.test(value)) throw wrong('The metric value must be a number or a field.')
}

/** Fields can be taken only out of what is JSON. */
function mustBePath(path: string, pattern: string): void {
  if (!path.startsWith('$.') || !pattern.trim().startsWith('{')) {
    throw wrong('A field such as $.latency needs a pattern over JSON.')
  }
  readPath(path)
}
