/**
 * How asynchronous invocations are tried and for how long, and which function is told of their end.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 */
import type {
  FunctionEventInvokeConfig,
  PutFunctionEventInvokeConfigRequest,
} from '../../contract/generated/lambda.ts'
import { findTarget, policyKey, type Target } from './function.ts'
import { arnOf } from './name.ts'
import { notOffered } from './offered.ts'
import type { EventConfig, FunctionRecord, Shelf } from './records.ts'
import { fault, type Rooms } from './service.ts'

export const retriesDefault = 2
export const ageSecondsDefault = 6 * 60 * 60

const configsMax = 200

/** The settings for a qualifier, if it has any of its own. */
export const configOf = (
  { eventConfigs }: FunctionRecord,
  qualifier: string | undefined,
): EventConfig | undefined => eventConfigs.find((each) => each.qualifier === policyKey(qualifier))

/** As `configOf`; throws if there are none. */
export function getConfig({ record, shelf, qualifier }: Target): EventConfig {
  const config = configOf(record, qualifier)
  if (config) return config
  const arn = arnOf(shelf, record.name, policyKey(qualifier))
  const words = `The function ${arn} doesn't have an EventInvokeConfig`
  throw fault('ResourceNotFoundException', words)
}

export function printConfig(
  shelf: Shelf,
  { name }: FunctionRecord,
  config: EventConfig,
): FunctionEventInvokeConfig {
  const { qualifier, retriesMax, ageSecondsMax, onSuccess, onFailure } = config
  return {
    LastModified: config.modifiedAt,
    FunctionArn: arnOf(shelf, name, qualifier),
    MaximumRetryAttempts: retriesMax,
    MaximumEventAgeInSeconds: ageSecondsMax,
    DestinationConfig: {
      OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
      OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
    },
  }
}

/** Writes what a request says over what stood before. Throws for what has no effect, or may not be. */
export function writeConfig(
  rooms: Rooms,
  target: Target,
  before: Partial<EventConfig>,
  input: PutFunctionEventInvokeConfigRequest,
): FunctionEventInvokeConfig {
  const { shelf, record, qualifier } = target
  const config = {
    ...before,
    ...readRequest(input),
    qualifier: policyKey(qualifier),
    modifiedAt: rooms.draws.at,
  }
  mustBeDestination(rooms, target, config.onSuccess)
  mustBeDestination(rooms, target, config.onFailure)
  const others = record.eventConfigs.filter((each) => each.qualifier !== config.qualifier)
  if (others.length >= configsMax) {
    throw invalid(`A function has at most ${configsMax} event invoke configs.`)
  }
  rooms.functions.replace(shelf, { ...record, eventConfigs: [...others, config] })
  return printConfig(shelf, record, config)
}

function readRequest(input: PutFunctionEventInvokeConfigRequest) {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input
  if ((MaximumRetryAttempts ?? MaximumEventAgeInSeconds ?? DestinationConfig) === undefined) {
    throw invalid('You must specify at least one of error handling or destination setting.')
  }
  const onSuccess = DestinationConfig?.OnSuccess?.Destination
  const onFailure = DestinationConfig?.OnFailure?.Destination
  return {
    ...(MaximumRetryAttempts !== undefined && { retriesMax: MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { ageSecondsMax: MaximumEventAgeInSeconds }),
    ...(onSuccess && { onSuccess }),
    ...(onFailure && { onFailure }),
  }
}

const invalid = (words: string) => fault('InvalidParameterValueException', words)

/** A function of the same account and region that exists, and that the role may invoke. */
function mustBeDestination(rooms: Rooms, target: Target, arn?: string): void {
  if (arn === undefined) return
  const { account, region } = target.shelf
  if (!arn.startsWith(arnOf({ account, region }, ''))) {
    throw notOffered('A destination other than a function of the same account and region')
  }
  const destination = findTarget(rooms, { FunctionName: arn })
  const { roleArn } = target.settings
  const isThere = 'record' in destination
  if (isThere && rooms.roles.mayInvoke(roleArn, target.record.name, destination)) return
  throw invalid(
    `The function's execution role does not have permissions to call InvokeFunction on ${arn}`,
  )
}
