/** What Lambda offers and this house does not: refused, never taken and ignored. */
import type {
  CreateFunctionRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '../../contract/generated/lambda.ts'
import { fault } from './service.ts'

type Settings = Partial<Omit<CreateFunctionRequest, 'Role'>> &
  Partial<Omit<UpdateFunctionConfigurationRequest, 'Role'>>

/** What is asked for, and whether a request asks for it. */
type Row<T> = readonly [what: string, isAsked: (input: T) => boolean]

const isAny = (list: readonly unknown[] | undefined): boolean => (list?.length ?? 0) > 0

const settings: readonly Row<Settings>[] = [
  ['PackageType Image', ({ PackageType }) => PackageType === 'Image'],
  ['ImageConfig', ({ ImageConfig }) => isAny(Object.keys(ImageConfig ?? {}))],
  [
    'VpcConfig',
    ({ VpcConfig }) => isAny(VpcConfig?.SubnetIds) || isAny(VpcConfig?.SecurityGroupIds),
  ],
  ['DeadLetterConfig', ({ DeadLetterConfig }) => Boolean(DeadLetterConfig?.TargetArn)],
  ['KMSKeyArn', ({ KMSKeyArn }) => Boolean(KMSKeyArn)],
  ['TracingConfig Active', ({ TracingConfig }) => TracingConfig?.Mode === 'Active'],
  ['Layers', ({ Layers }) => isAny(Layers)],
  ['FileSystemConfigs', ({ FileSystemConfigs }) => isAny(FileSystemConfigs)],
  ['CodeSigningConfigArn', ({ CodeSigningConfigArn }) => Boolean(CodeSigningConfigArn)],
  ['EphemeralStorage above 512', ({ EphemeralStorage }) => (EphemeralStorage?.Size ?? 512) !== 512],
  ['SnapStart', ({ SnapStart }) => SnapStart?.ApplyOn === 'PublishedVersions'],
  ['LoggingConfig JSON', ({ LoggingConfig }) => LoggingConfig?.LogFormat === 'JSON'],
  [
    'LoggingConfig levels',
    ({ LoggingConfig }) =>
      Boolean(LoggingConfig?.ApplicationLogLevel ?? LoggingConfig?.SystemLogLevel),
  ],
  ['CapacityProviderConfig', ({ CapacityProviderConfig }) => CapacityProviderConfig !== undefined],
  ['DurableConfig', ({ DurableConfig }) => DurableConfig !== undefined],
  ['TenancyConfig', ({ TenancyConfig }) => TenancyConfig !== undefined],
  ['PublishTo', ({ PublishTo }) => PublishTo !== undefined],
]

type Source = Omit<UpdateFunctionCodeRequest, 'FunctionName'>

const sources: readonly Row<Source>[] = [
  ['Code in S3', ({ S3Bucket, S3Key }) => Boolean(S3Bucket ?? S3Key)],
  ['ImageUri', ({ ImageUri }) => Boolean(ImageUri)],
  ['SourceKMSKeyArn', ({ SourceKMSKeyArn }) => Boolean(SourceKMSKeyArn)],
  ['PublishTo', ({ PublishTo }) => PublishTo !== undefined],
]

const refuse = <T>(rows: readonly Row<T>[], input: T): void => {
  const [what] = rows.find(([, isAsked]) => isAsked(input)) ?? []
  if (what !== undefined) throw notOffered(what)
}

/** @param what as the request calls it */
export const notOffered = (what: string) =>
  fault(
    'InvalidParameterValueException',
    `${what} is not offered here: functions are deployed as zip archives, and docs/compat.md says what they may have.`,
  )

/** Throws for settings that would have no effect. */
export const mustBeOffered = (input: Settings, name: string): void => {
  refuse(settings, input)
  const group = input.LoggingConfig?.LogGroup
  if (group !== undefined && group !== logGroupOf(name)) throw notOffered('LoggingConfig LogGroup')
}

/** Throws for code that stands elsewhere. */
export const mustBeOfferedCode = (input: Source): void => refuse(sources, input)

/** Where the lines of a function go. */
export const logGroupOf = (name: string): string => `/aws/lambda/${name}`
