/**
 * Keeps a dashboard: its body is JSON, and is given back as it came.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 */
import { isJsonObject, JsonError, parseJson } from '../../lib/json.ts'
import { boardOf, isDashboard, mustBeBoardName } from './dashboard.ts'
import { fault, operation } from './service.ts'
import { requestTags, tagsOf } from './tags.ts'

const dashboardsMax = 500

export const putDashboard = operation('PutDashboard', {
  action: 'cloudwatch:PutDashboard',

  touches(look, { DashboardName, Tags }) {
    const subject = boardOf(look, DashboardName)
    return { ...subject, context: { ...subject.context, ...requestTags(Tags) } }
  },

  async run({ dashboards, caller, draws }, input, subject) {
    const { DashboardName: name, DashboardBody: body } = input
    mustBeBoardName(name)
    mustBeBody(body)
    const before = isDashboard(subject) ? subject.record : undefined
    if (!before && (await dashboards.count(caller.account)) >= dashboardsMax) {
      const words = `The account has its ${dashboardsMax} dashboards.`
      throw fault('InvalidParameterValueException', words)
    }
    const tags = before?.tags ?? tagsOf(input.Tags)
    dashboards.put(caller.account, { name, body, tags, changedAt: draws.at }, !before)
    return { DashboardValidationMessages: [] }
  },
})

function mustBeBody(text: string): void {
  try {
    if (isJsonObject(parseJson(text))) return
  } catch (thrown) {
    if (!(thrown instanceof JsonError)) throw thrown
  }
  throw fault('DashboardInvalidInputError', 'The field DashboardBody must be a valid JSON object')
}
