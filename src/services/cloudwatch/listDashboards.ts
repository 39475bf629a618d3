/**
 * The account's dashboards, in the order of their names.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html
 */
import { dashboardArn } from './dashboard.ts'
import { tokensOf } from './page.ts'
import { operation } from './service.ts'

const pageItemsMax = 100

export const listDashboards = operation('ListDashboards', {
  action: 'cloudwatch:ListDashboards',
  touches: (look) => ({ arn: dashboardArn(look, '*'), account: look.caller.account }),

  async run(rooms, { DashboardNamePrefix: prefix, NextToken }) {
    const tokens = tokensOf(rooms, 'ListDashboards', [prefix])
    const after = tokens.mustBePlace(NextToken, 1)
    const wanted = prefix === undefined || /^[\w-]*$/.test(prefix)
    const options = { itemsMax: pageItemsMax + 1, after }
    const listed = wanted
      ? await rooms.dashboards.list(rooms.caller.account, { ...options, prefix })
      : []
    const page = listed.slice(0, pageItemsMax)
    const last = listed.length > pageItemsMax ? page.at(-1) : undefined
    return {
      DashboardEntries: page.map(({ name, body, changedAt }) => ({
        DashboardName: name,
        DashboardArn: dashboardArn(rooms, name),
        LastModified: changedAt,
        Size: Buffer.byteLength(body),
      })),
      NextToken: tokens.print(last && [last.name]),
    }
  },
})
