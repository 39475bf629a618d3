/** CloudWatch: its table of operations and what they are given. */
import { cloudwatch as model } from '../../contract/generated/cloudwatch.ts'
import { type Service, tableOf } from '../operation.ts'
import { deleteAlarms } from './deleteAlarms.ts'
import { deleteDashboards } from './deleteDashboards.ts'
import { describeAlarmHistory } from './describeAlarmHistory.ts'
import { describeAlarms } from './describeAlarms.ts'
import { describeAlarmsForMetric } from './describeAlarmsForMetric.ts'
import { disableAlarmActions } from './disableAlarmActions.ts'
import { enableAlarmActions } from './enableAlarmActions.ts'
import { getDashboard } from './getDashboard.ts'
import { getMetricData } from './getMetricData.ts'
import { getMetricStatistics } from './getMetricStatistics.ts'
import { listDashboards } from './listDashboards.ts'
import { listMetrics } from './listMetrics.ts'
import { listTagsForResource } from './listTagsForResource.ts'
import type { Ports } from './ports.ts'
import { putDashboard } from './putDashboard.ts'
import { putMetricAlarm } from './putMetricAlarm.ts'
import { putMetricData } from './putMetricData.ts'
import { setAlarmState } from './setAlarmState.ts'
import { AlarmStore } from './stores/alarms.ts'
import { DashboardStore } from './stores/dashboards.ts'
import { MetricStore } from './stores/metrics.ts'
import { tagResource } from './tagResource.ts'
import { untagResource } from './untagResource.ts'

export { type Acting, takeActions } from './actions.ts'
export { measured, pointOfTrials } from './datum.ts'
export { Fresh } from './fresh.ts'
export { type Measured, takeIn } from './intake.ts'
export { MetricStore } from './stores/metrics.ts'
export { MetricSweeper } from './sweep.ts'
export { AlarmWatch } from './watch.ts'

const operations = tableOf([
  deleteAlarms,
  deleteDashboards,
  describeAlarmHistory,
  describeAlarms,
  describeAlarmsForMetric,
  disableAlarmActions,
  enableAlarmActions,
  getDashboard,
  getMetricData,
  getMetricStatistics,
  listDashboards,
  listMetrics,
  listTagsForResource,
  putDashboard,
  putMetricAlarm,
  putMetricData,
  setAlarmState,
  tagResource,
  untagResource,
])

/** A mebibyte of data or of a dashboard. */
const bodyBytesMax: ReadonlyMap<string, number> = new Map([
  ['PutMetricData', 1 << 20],
  ['PutDashboard', 1 << 20],
])

export const cloudwatch = ({ tokens, touched }: Ports): Service => ({
  model,
  internalCode: 'InternalServiceFault',
  operations,
  bodyBytesMax,
  rooms: ({ attempt, caller, region, draws, refusal }) => ({
    alarms: new AlarmStore(attempt),
    dashboards: new DashboardStore(attempt),
    metrics: new MetricStore(attempt),
    ...{ caller, region, draws, refusal, tokens, touched },
  }),
})
