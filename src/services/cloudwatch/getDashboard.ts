/**
 * A dashboard, to the letter.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html
 */
import { findDashboard } from './dashboard.ts'
import { operation } from './service.ts'

export const getDashboard = operation('GetDashboard', {
  action: 'cloudwatch:GetDashboard',
  touches: (look, { DashboardName }) => findDashboard(look, DashboardName),

  run: (_rooms, _input, { arn, record }) => ({
    DashboardArn: arn,
    DashboardBody: record.body,
    DashboardName: record.name,
  }),
})
