/** Settings of functions: what a request says of them, with what holds where it says nothing. */
import { randomUUID } from 'node:crypto'
import type {
  CreateFunctionRequest,
  UpdateFunctionConfigurationRequest,
} from '../../contract/generated/lambda.ts'
import { readEnvironment } from './environment.ts'
import { latest } from './name.ts'
import { notOffered } from './offered.ts'
import type { Code, Settings } from './records.ts'
import { fault, type Rooms } from './service.ts'

const timeoutSecondsMax = 900
const secondsDefault = 3
const megabytesDefault = 128
/** Lambda's, unless a request says another: kept and told, whatever the machine is. */
const architectureDefault = 'x86_64'

/** What this house can run: Node, Python, and executables that bring their own runtime. */
const offeredRuntimes = /^(?:nodejs\d+\.x|python3\.\d+|provided(?:\.al\w+)?)$/

/** The settings of a new function. Throws for what cannot be run. */
export function newSettings(rooms: Rooms, input: CreateFunctionRequest, code: Code): Settings {
  if (!input.Runtime || !input.Handler) {
    throw fault(
      'InvalidParameterValueException',
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    )
  }
  return {
    version: latest,
    description: input.Description ?? '',
    runtime: mustBeRuntime(input.Runtime),
    handler: input.Handler,
    roleArn: input.Role,
    timeoutSeconds: mustBeTimeout(input.Timeout ?? secondsDefault),
    memoryMegabytes: mustBeMemory(input.MemorySize ?? megabytesDefault),
    environment: readEnvironment(input.Environment),
    architecture: input.Architectures?.[0] ?? architectureDefault,
    code,
    ...stamp(rooms),
  }
}

/** The settings with what a request changes of them. */
export function changedSettings(
  rooms: Rooms,
  before: Settings,
  input: UpdateFunctionConfigurationRequest,
): Settings {
  const { Runtime, Timeout, MemorySize, Environment } = input
  return {
    ...before,
    ...(input.Description !== undefined && { description: input.Description }),
    ...(Runtime !== undefined && { runtime: mustBeRuntime(Runtime) }),
    ...(input.Handler !== undefined && { handler: input.Handler }),
    ...(input.Role !== undefined && { roleArn: input.Role }),
    ...(Timeout !== undefined && { timeoutSeconds: mustBeTimeout(Timeout) }),
    ...(MemorySize !== undefined && { memoryMegabytes: mustBeMemory(MemorySize) }),
    ...(Environment !== undefined && { environment: readEnvironment(Environment) }),
    ...stamp(rooms),
  }
}

/** A new revision, now. */
export const stamp = ({ draws }: Pick<Rooms, 'draws'>) => ({
  modifiedAt: draws.at,
  revisionId: draws.draw('revision id', () => randomUUID()),
})

function mustBeRuntime(runtime: string): string {
  if (offeredRuntimes.test(runtime)) return runtime
  throw notOffered(`Runtime ${runtime}`)
}

/** Its contract has no upper bound. */
function mustBeTimeout(seconds: number): number {
  if (seconds <= timeoutSecondsMax) return seconds
  throw outOfBounds('timeout', seconds, timeoutSecondsMax)
}

const megabytesMax = 10_240

/** Its contract's bound is that of functions on instances of their own. */
function mustBeMemory(megabytes: number): number {
  if (megabytes <= megabytesMax) return megabytes
  throw outOfBounds('memorySize', megabytes, megabytesMax)
}

const outOfBounds = (path: string, value: number, max: number) =>
  fault(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must have value less than or equal to ${max}`,
  )
