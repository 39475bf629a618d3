/**
 * Measured values, by the minute. They are kept when this is answered.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
import { randomUUID } from 'node:crypto'
import { pointOf } from './datum.ts'
import { takeIn, tooMany } from './intake.ts'
import { hereOf, metricOf } from './metric.ts'
import { fault, operation } from './service.ts'

const dataMax = 1000
/** What is in them must be true: alarms on them guard the house. */
const reserved = /^(?:AWS\/|Strongroom$)/

export const putMetricData = operation('PutMetricData', {
  action: 'cloudwatch:PutMetricData',

  touches: ({ caller }, { Namespace }) => ({
    ...{ arn: '*', account: caller.account },
    context: { 'cloudwatch:namespace': Namespace },
  }),

  async run(rooms, { Namespace, MetricData = [], EntityMetricData }) {
    if (EntityMetricData) {
      throw fault('InvalidParameterValueException', 'EntityMetricData is not offered here.')
    }
    if (reserved.test(Namespace)) {
      throw fault(
        'InvalidParameterValueException',
        'The value of the parameter Namespace is reserved.',
      )
    }
    if (MetricData.length === 0) {
      throw fault('MissingRequiredParameterException', 'The parameter MetricData is required.')
    }
    if (MetricData.length > dataMax) {
      const words = `The collection MetricData must not have a size greater than ${dataMax}.`
      throw fault('InvalidParameterValueException', words)
    }
    const { at } = rooms.draws
    const measured = MetricData.map((datum, index) => ({
      metric: metricOf({ ...datum, Namespace }),
      point: pointOf(datum, `MetricData.member.${index + 1}`, at),
    }))
    const newId = () => rooms.draws.draw('metric record', randomUUID)
    const { touched } = rooms
    const left = await takeIn(rooms.metrics, hereOf(rooms), measured, { at, newId, touched })
    if (left > 0) throw tooMany()
    return {}
  },
})
