/** Queries of GetMetricData and of alarms: statistics of metrics, and arithmetic over them. */
import type { MetricDataQuery, MetricStat } from '../../contract/generated/cloudwatch.ts'
import { type Expression, readExpression, type Values } from './math.ts'
import { metricOf, seriesIdOf } from './metric.ts'
import { mustBePeriod, periodsOf, spanOf } from './period.ts'
import { united } from './point.ts'
import type { Metric, Shelf } from './records.ts'
import { invalid } from './service.ts'
import { measureOf } from './statistic.ts'
import type { MetricReader } from './stores/metrics.ts'

/** A query, read once. */
export interface Query {
  readonly id: string
  readonly label: string
  readonly isReturned: boolean
  /** Seconds; of an expression those of the longest that it speaks of. */
  readonly period: number
  readonly of: { readonly stat: MetricStat; readonly metric: Metric } | Expression
}

const queriesMax = 500
const idForm = /^[a-z]\w*$/

/** Reads queries. Throws for what does not hold together, and for what is not offered. */
export function readQueries(given: readonly MetricDataQuery[]): ReadonlyMap<string, Query> {
  if (given.length > queriesMax) throw invalid(`There can be at most ${queriesMax} queries.`)
  const byId = new Map(given.map((query) => [query.Id, query]))
  if (byId.size < given.length) throw invalid('The ids of MetricDataQueries must be unique.')
  const read = new Map<string, Query>()
  const readOne = (query: MetricDataQuery, above: readonly string[]): Query => {
    const known = read.get(query.Id)
    if (known) return known
    if (above.includes(query.Id)) throw invalid('Expressions speak of each other in a circle.')
    const inner = (id: string): Query => {
      const found = byId.get(id)
      if (!found) throw invalid(`There is no query with the id ${id.slice(0, 100)}.`)
      return readOne(found, [...above, query.Id])
    }
    const made = queryOf(query, inner)
    read.set(made.id, made)
    return made
  }
  for (const query of given) readOne(query, [])
  return read
}

function queryOf(query: MetricDataQuery, inner: (id: string) => Query): Query {
  const { Id: id, MetricStat: stat, Expression: text, ReturnData: isReturned = true } = query
  if (!idForm.test(id)) {
    throw invalid(
      'The id of a query must begin with a lower-case letter, and have letters, digits and _.',
    )
  }
  if ((stat === undefined) === (text === undefined)) {
    throw invalid(`The query ${id} must have exactly one of MetricStat and Expression.`)
  }
  if (query.AccountId !== undefined) throw invalid('AccountId of a query is not offered here.')
  if (stat) {
    const { Namespace, MetricName, Dimensions } = stat.Metric
    if (Namespace === undefined || MetricName === undefined) {
      throw invalid(`The metric of the query ${id} must have Namespace and MetricName.`)
    }
    mustBePeriod(stat.Period)
    measureOf(stat.Stat)
    const metric = metricOf({ Namespace, MetricName, Dimensions })
    const label = query.Label ?? metric.name
    return { id, label, isReturned, period: stat.Period, of: { stat, metric } }
  }
  const expression = readExpression(text ?? '')
  if (expression.ids.length === 0) throw invalid(`The expression of ${id} speaks of no query.`)
  const period = Math.max(...expression.ids.map((each) => inner(each).period))
  return { id, label: query.Label ?? id, isReturned, period, of: expression }
}

interface Span {
  readonly StartTime: number
  readonly EndTime: number
}

/** The values of a query, each query's read once. */
export function evaluator(
  metrics: MetricReader,
  shelf: Shelf,
  queries: ReadonlyMap<string, Query>,
  span: Span,
): (id: string) => Promise<Values> {
  const found = new Map<string, Promise<Values>>()
  const valuesOf = (id: string): Promise<Values> => {
    const known = found.get(id)
    if (known) return known
    const query = queries.get(id) as Query
    const made = evaluate(query)
    found.set(id, made)
    return made
  }
  const evaluate = async ({ of, period }: Query): Promise<Values> => {
    if ('stat' in of) return measuredValues(metrics, shelf, of, spanOf(span, period))
    const inner = new Map<string, Values>()
    for (const id of of.ids) inner.set(id, await valuesOf(id))
    return of.evaluate((id) => inner.get(id) as Values)
  }
  return valuesOf
}

async function measuredValues(
  metrics: MetricReader,
  shelf: Shelf,
  { stat, metric }: { readonly stat: MetricStat; readonly metric: Metric },
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Values> {
  const read = await metrics.readPoints(seriesIdOf(shelf, metric), from, to)
  const fitting = stat.Unit ? read.filter(({ unit }) => unit === stat.Unit) : united(read)
  const measure = measureOf(stat.Stat)
  const values = new Map<number, number>()
  for (const point of periodsOf(fitting, stat.Period)) {
    const value = measure(point)
    if (value !== undefined) values.set(point.at, value)
  }
  return values
}
