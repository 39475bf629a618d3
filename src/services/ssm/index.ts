/** Parameter Store: its table of operations and what they are given. */
import { ssm as model } from '../../contract/generated/ssm.ts'
import type { PageTokens } from '../../lib/page.ts'
import { type Service, tableOf } from '../operation.ts'
import { addTagsToResource } from './addTagsToResource.ts'
import { deleteParameter } from './deleteParameter.ts'
import { deleteParameters } from './deleteParameters.ts'
import { describeParameters } from './describeParameters.ts'
import { getParameter } from './getParameter.ts'
import { getParameterHistory } from './getParameterHistory.ts'
import { getParameters } from './getParameters.ts'
import { getParametersByPath } from './getParametersByPath.ts'
import { getServiceSetting } from './getServiceSetting.ts'
import { labelParameterVersion } from './labelParameterVersion.ts'
import { listTagsForResource } from './listTagsForResource.ts'
import { putParameter } from './putParameter.ts'
import { removeTagsFromResource } from './removeTagsFromResource.ts'
import { ParameterStore } from './store.ts'
import { unlabelParameterVersion } from './unlabelParameterVersion.ts'

export { type PolicyEvent, type Sweeping, sweepParameters } from './sweep.ts'

const operations = tableOf([
  addTagsToResource,
  deleteParameter,
  deleteParameters,
  describeParameters,
  getParameter,
  getParameterHistory,
  getParameters,
  getParametersByPath,
  getServiceSetting,
  labelParameterVersion,
  listTagsForResource,
  putParameter,
  removeTagsFromResource,
  unlabelParameterVersion,
])

export const ssm = (tokens: PageTokens): Service => ({
  model,
  internalCode: 'InternalServerError',
  operations,
  rooms: ({ attempt, caller, region, draws, enter, refusal }) => ({
    parameters: new ParameterStore(attempt, draws.at),
    ...{ caller, region, draws, tokens, enter, refusal },
  }),
})
