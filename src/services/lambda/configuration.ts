/** A version of a function as Lambda's answers tell it. */
import type {
  Architecture,
  FunctionConfiguration,
  Runtime,
} from '../../contract/generated/lambda.ts'
import { arnOf, latest } from './name.ts'
import { logGroupOf } from './offered.ts'
import type { FunctionRecord, Settings, Shelf } from './records.ts'

/** @param qualifier what stands behind the ARN: the version's own, or an alias, if asked by one */
export function configurationOf(
  shelf: Shelf,
  { name }: Pick<FunctionRecord, 'name'>,
  settings: Settings,
  qualifier: string | undefined = settings.version === latest ? undefined : settings.version,
): FunctionConfiguration {
  const { environment, code } = settings
  return {
    FunctionName: name,
    FunctionArn: arnOf(shelf, name, qualifier),
    Runtime: settings.runtime as Runtime,
    Role: settings.roleArn,
    Handler: settings.handler,
    CodeSize: code.bytes,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMegabytes,
    LastModified: printInstant(settings.modifiedAt),
    CodeSha256: code.sha256,
    Version: settings.version,
    ...(environment.length > 0 && { Environment: { Variables: variablesOf(settings) } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: settings.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [settings.architecture as Architecture],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroupOf(name) },
  }
}

/** Names are the customer's own text: no prototype. */
function variablesOf({ environment }: Settings): Record<string, string> {
  const variables: Record<string, string> = Object.create(null)
  for (const { name, value } of environment) variables[name] = value
  return variables
}

/** `2015-08-30T12:36:00.000+0000` */
export const printInstant = (at: number): string => new Date(at).toISOString().replace('Z', '+0000')
