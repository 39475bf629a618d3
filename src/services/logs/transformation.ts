/** What a metric filter makes of a line that fits: read from a call and held against what is offered. */
import type { MetricTransformation } from '../../contract/generated/logs.ts'
import { readPath } from './expression.ts'
import type { Transformation } from './records.ts'
import { fault } from './service.ts'

const dimensionsMax = 3
/** As for PutMetricData: what stands in them is the house's own. */
const reserved = /^(?:AWS\/|Strongroom$)/

/** The refusal of what no filter is. */
export const wrong = (words: string) => fault('InvalidParameterException', words)

/** Throws for a transformation that is not offered or does not hold together. */
export function readTransformation(
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
