/**
 * Removes dashboards: all of them, or none if one is not there.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
 */
import { absentDashboard, boardOf, isDashboard } from './dashboard.ts'
import { fault, operation } from './service.ts'

const action = 'cloudwatch:DeleteDashboards'
const namesMax = 100

export const deleteDashboards = operation('DeleteDashboards', {
  action,
  touches: (look, { DashboardNames }) => boardOf(look, DashboardNames[0] ?? '*'),

  run(rooms, { DashboardNames }) {
    if (DashboardNames.length > namesMax || DashboardNames.length === 0) {
      const words = `DashboardNames must have from 1 to ${namesMax} names.`
      throw fault('InvalidParameterValueException', words)
    }
    const { dashboards, caller } = rooms
    for (const name of new Set(DashboardNames)) {
      const subject = boardOf(rooms, name)
      const refusal = rooms.refusal(action, subject)
      if (refusal) throw refusal
      if (!isDashboard(subject)) throw absentDashboard(name)
      dashboards.remove(caller.account, subject.record)
    }
    return {}
  },
})
