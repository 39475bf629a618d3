/** Which metric a caller means, and how its series is known. */
import { hash } from 'node:crypto'
import type { Dimension, Metric, SeriesRecord, Shelf } from './records.ts'
import { fault, type Look } from './service.ts'

/** The caller's own shelf. */
export const hereOf = ({ caller, region }: Pick<Look, 'caller' | 'region'>): Shelf => ({
  account: caller.account,
  region,
})

interface Named {
  readonly Namespace: string
  readonly MetricName: string
  readonly Dimensions?: readonly Dimension[] | undefined
}

/** A metric as a call names it. Throws for names that no key can hold, and for a dimension named twice. */
export function metricOf({ Namespace, MetricName, Dimensions = [] }: Named): Metric {
  const texts = [Namespace, MetricName, ...Dimensions.flatMap(({ Name, Value }) => [Name, Value])]
  if (texts.some((text) => /\p{Cc}/u.test(text))) {
    throw fault(
      'InvalidParameterValueException',
      'Names and values of metrics must not hold control characters.',
    )
  }
  const dimensions = Dimensions.map(({ Name, Value }) => ({ Name, Value })).toSorted((a, b) =>
    a.Name < b.Name ? -1 : 1,
  )
  const isTwice = dimensions.some(({ Name }, at) => dimensions[at - 1]?.Name === Name)
  if (!isTwice) return { namespace: Namespace, name: MetricName, dimensions }
  throw fault('InvalidParameterValueException', 'A dimension name occurs twice.')
}

/** Known in the whole store: no two accounts share one. */
export function seriesIdOf({ account, region }: Shelf, metric: Metric): string {
  const { namespace, name, dimensions } = metric
  const parts = dimensions.flatMap(({ Name, Value }) => [Name, Value])
  return hash('sha256', JSON.stringify([account, region, namespace, name, ...parts])).slice(0, 40)
}

/** As answers show it. */
export const shownMetric = ({ namespace, name, dimensions }: Metric | SeriesRecord) => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: dimensions,
})
