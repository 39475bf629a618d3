/**
 * The metrics that there are, in the order of their names. One goes when nothing was measured for as
 * long as points are kept.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
 */
import type { DimensionFilter } from '../../contract/generated/cloudwatch.ts'
import { hourMs } from '../../lib/clock.ts'
import { anything } from '../operation.ts'
import { hereOf, shownMetric } from './metric.ts'
import { tokensOf } from './page.ts'
import { fault, operation } from './service.ts'
import type { Series } from './stores/metrics.ts'

const pageItemsMax = 500
const activeMs = 3 * hourMs

export const listMetrics = operation('ListMetrics', {
  action: 'cloudwatch:ListMetrics',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const { Namespace, MetricName, Dimensions = [], RecentlyActive } = input
    if (input.IncludeLinkedAccounts || input.OwningAccount !== undefined) {
      throw fault('InvalidParameterValueException', 'Linked accounts are not offered here.')
    }
    const asked = [Namespace, MetricName, Dimensions, RecentlyActive]
    const tokens = tokensOf(rooms, 'ListMetrics', asked)
    const within = Namespace === undefined ? [] : [Namespace]
    if (Namespace !== undefined && MetricName !== undefined) within.push(MetricName)
    const shelf = hereOf(rooms)
    const after = tokens.mustBePlace(input.NextToken, 3 - within.length)
    const options = { itemsMax: pageItemsMax, after }
    const listed = await rooms.metrics.listSeries(shelf, within, options)
    const named = listed.filter(
      ({ record }) => MetricName === undefined || record.name === MetricName,
    )
    const fitting = named.filter((series) => fits(series, Dimensions))
    const since = rooms.draws.at - activeMs
    const active = RecentlyActive && fitting.map(({ id }) => rooms.metrics.isActive(id, since))
    const shown = active ? await Promise.all(active) : undefined
    const last = listed[pageItemsMax - 1]
    const place = last && [last.record.namespace, last.record.name, last.id].slice(within.length)
    return {
      Metrics: fitting
        .filter((_, at) => shown?.[at] ?? true)
        .map(({ record }) => shownMetric(record)),
      NextToken: tokens.print(place),
    }
  },
})

const fits = ({ record }: Series, filters: readonly DimensionFilter[]): boolean =>
  filters.every((filter) =>
    record.dimensions.some(
      ({ Name, Value }) => Name === filter.Name && (filter.Value ?? Value) === Value,
    ),
  )
