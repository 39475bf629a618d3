/** Lambda: its table of operations and what they are given. */

import { lambda as model } from '../../contract/generated/lambda.ts'
import { type Desk, type See, type Service, tableOf } from '../operation.ts'
import { addPermission } from './addPermission.ts'
import { createAlias } from './createAlias.ts'
import { createFunction } from './createFunction.ts'
import { deleteAlias } from './deleteAlias.ts'
import { deleteFunction } from './deleteFunction.ts'
import { deleteFunctionConcurrency } from './deleteFunctionConcurrency.ts'
import { deleteFunctionEventInvokeConfig } from './deleteFunctionEventInvokeConfig.ts'
import { getAccountSettings } from './getAccountSettings.ts'
import { getAlias } from './getAlias.ts'
import { getFunction } from './getFunction.ts'
import { getFunctionCodeSigningConfig } from './getFunctionCodeSigningConfig.ts'
import { getFunctionConcurrency } from './getFunctionConcurrency.ts'
import { getFunctionConfiguration } from './getFunctionConfiguration.ts'
import { getFunctionEventInvokeConfig } from './getFunctionEventInvokeConfig.ts'
import { getPolicy } from './getPolicy.ts'
import { eventBytesMax } from './invocation.ts'
import { invoke } from './invoke.ts'
import { listAliases } from './listAliases.ts'
import { listFunctionEventInvokeConfigs } from './listFunctionEventInvokeConfigs.ts'
import { listFunctions } from './listFunctions.ts'
import { listTags } from './listTags.ts'
import { listVersionsByFunction } from './listVersionsByFunction.ts'
import { publishVersion } from './publishVersion.ts'
import { putFunctionConcurrency } from './putFunctionConcurrency.ts'
import { putFunctionEventInvokeConfig } from './putFunctionEventInvokeConfig.ts'
import { removePermission } from './removePermission.ts'
import type { Roles, Rooms, Runners } from './service.ts'
import { FunctionStore } from './store.ts'
import { tagResource } from './tagResource.ts'
import { untagResource } from './untagResource.ts'
import { updateAlias } from './updateAlias.ts'
import { updateFunctionCode } from './updateFunctionCode.ts'
import { updateFunctionConfiguration } from './updateFunctionConfiguration.ts'
import { updateFunctionEventInvokeConfig } from './updateFunctionEventInvokeConfig.ts'

export { Delivery, type DeliveryLimits } from './delivery.ts'
export type { Runners } from './service.ts'
export type { DeliveryEvent } from './settlement.ts'

type Attempt = Desk['attempt']

/** What the house lends this service. */
export interface Ports {
  readonly runners: Runners
  rolesOf(attempt: Attempt, region: string, at: number): Roles
  /** Functions as they stand now, for what happens when an attempt has ended. */
  readonly see: See
  wakeQueue(): void
}

const operations = tableOf([
  addPermission,
  createAlias,
  createFunction,
  deleteAlias,
  deleteFunction,
  deleteFunctionConcurrency,
  deleteFunctionEventInvokeConfig,
  getAccountSettings,
  getAlias,
  getFunction,
  getFunctionCodeSigningConfig,
  getFunctionConcurrency,
  getFunctionConfiguration,
  getFunctionEventInvokeConfig,
  getPolicy,
  invoke,
  listAliases,
  listFunctionEventInvokeConfigs,
  listFunctions,
  listTags,
  listVersionsByFunction,
  publishVersion,
  putFunctionConcurrency,
  putFunctionEventInvokeConfig,
  removePermission,
  tagResource,
  untagResource,
  updateAlias,
  updateFunctionCode,
  updateFunctionConfiguration,
  updateFunctionEventInvokeConfig,
])

/** AWS's bound of a request with code: 50 MB in base64, and its settings. */
const codeBodyBytesMax = 70_167_211

const bodyBytesMax = new Map([
  [createFunction.name, codeBodyBytesMax],
  [updateFunctionCode.name, codeBodyBytesMax],
  [invoke.name, eventBytesMax],
])

export const lambda = (ports: Ports): Service => ({
  model,
  internalCode: 'ServiceException',
  operations,
  bodyBytesMax,
  rooms: (desk) => roomsOf(ports, desk),
})

function roomsOf(ports: Ports, desk: Desk): Rooms {
  const { attempt, caller, region, draws, refusal, afterwards, requestId } = desk
  return {
    functions: new FunctionStore(attempt),
    roles: ports.rolesOf(attempt, region, draws.at),
    runners: ports.runners,
    see: ports.see,
    wakeQueue: ports.wakeQueue,
    ...{ caller, region, draws, refusal, afterwards, requestId },
  }
}
