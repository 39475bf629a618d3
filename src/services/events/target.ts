/**
 * Targets of rules: which are offered, and what each may ask for.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
 */
import type { Target as Asked } from '../../contract/generated/events.ts'
import { parseNamed } from '../../events/arns.ts'
import { unknownIn } from '../../events/input.ts'
import { isFitHeader } from '../../events/parameters.ts'
import { parsePath } from '../../events/path.ts'
import type { Shelf, TargetRecord } from '../../events/records.ts'
import { kindOf } from '../../events/targets.ts'
import { parseArn } from '../../lib/arn.ts'
import { fault, notOffered } from './service.ts'

/** What other kinds of targets are told, none of which is here. */
const foreign = [
  'KinesisParameters',
  'RunCommandParameters',
  'EcsParameters',
  'BatchParameters',
  'SqsParameters',
  'RedshiftDataParameters',
  'SageMakerPipelineParameters',
  'AppSyncParameters',
] as const

/** The target as it is kept. Throws ValidationException for one that could never be sent anything. */
export function readTarget(shelf: Shelf, asked: Asked): TargetRecord {
  const member = foreign.find((each) => asked[each] !== undefined)
  if (member) throw notOffered(member, 'it is for a kind of target that is not here.')
  if (asked.DeadLetterConfig?.Arn !== undefined) {
    throw notOffered(
      'DeadLetterConfig',
      'there are no queues. What cannot be delivered is kept by the house: see strongroom events dead.',
    )
  }
  mustBeOffered(shelf, asked)
  mustBeFitInput(asked)
  const { RetryPolicy: retry } = asked
  return {
    id: asked.Id,
    arn: asked.Arn,
    roleArn: asked.RoleArn,
    input: asked.Input,
    inputPath: asked.InputPath,
    transformer: asked.InputTransformer && {
      paths: asked.InputTransformer.InputPathsMap ?? {},
      template: asked.InputTransformer.InputTemplate,
    },
    http: httpOf(asked),
    retriesMax: retry?.MaximumRetryAttempts,
    ageSecondsMax: retry?.MaximumEventAgeInSeconds,
  }
}

function mustBeOffered(shelf: Shelf, { Id, Arn, RoleArn, HttpParameters }: Asked): void {
  const kind = kindOf(Arn)
  if (!kind) {
    throw fault(
      'ValidationException',
      `Target ${Id} is not offered here: targets are Lambda functions, log groups whose names begin with /aws/events/, and API destinations.`,
    )
  }
  const { account, region } = parseArn(Arn) ?? {}
  const isOwn = account === shelf.account || kind === 'function'
  if (region !== shelf.region || !isOwn) {
    throw fault('ValidationException', `Target ${Id} is not in the account and region of the rule.`)
  }
  if (kind === 'api-destination') return
  if (RoleArn !== undefined) {
    throw notOffered('RoleArn', 'functions and log groups are reached as events.amazonaws.com.')
  }
  if (HttpParameters) throw notOffered('HttpParameters', 'they are for API destinations.')
}

function mustBeFitInput({ Id, Input, InputPath, InputTransformer }: Asked): void {
  if ([Input, InputPath, InputTransformer].filter((each) => each !== undefined).length > 1) {
    throw fault(
      'ValidationException',
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`,
    )
  }
  if (Input !== undefined) mustBeJson(Id, Input)
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer ?? {}
  const paths = [...(InputPath === undefined ? [] : [InputPath]), ...Object.values(InputPathsMap)]
  if (paths.some((path) => parsePath(path) === undefined)) {
    throw fault('ValidationException', `Invalid JSONPath provided for target ${Id}.`)
  }
  const unknown = unknownIn({ paths: InputPathsMap, template: InputTemplate })
  if (unknown === undefined) return
  throw fault(
    'ValidationException',
    `InputTemplate for target ${Id} contains invalid placeholder ${unknown}.`,
  )
}

function mustBeJson(id: string, text: string): void {
  try {
    JSON.parse(text)
  } catch {
    throw fault('ValidationException', `JSON syntax error in input for target ${id}`)
  }
}

function httpOf({ Id, HttpParameters: http }: Asked): TargetRecord['http'] {
  if (!http) return undefined
  const { PathParameterValues = [], HeaderParameters = {}, QueryStringParameters = {} } = http
  const header = Object.keys(HeaderParameters).find((name) => !isFitHeader(name))
  if (header !== undefined) {
    throw fault('ValidationException', `Header ${header} cannot be set by target ${Id}.`)
  }
  return {
    pathValues: PathParameterValues,
    headers: HeaderParameters,
    query: QueryStringParameters,
  }
}

/** The target as it is described. */
export const targetView = (target: TargetRecord): Asked => ({
  Id: target.id,
  Arn: target.arn,
  RoleArn: target.roleArn,
  Input: target.input,
  InputPath: target.inputPath,
  InputTransformer: target.transformer && {
    InputPathsMap: target.transformer.paths,
    InputTemplate: target.transformer.template,
  },
  HttpParameters: target.http && {
    PathParameterValues: target.http.pathValues,
    HeaderParameters: target.http.headers,
    QueryStringParameters: target.http.query,
  },
  RetryPolicy:
    target.retriesMax === undefined && target.ageSecondsMax === undefined
      ? undefined
      : {
          MaximumRetryAttempts: target.retriesMax,
          MaximumEventAgeInSeconds: target.ageSecondsMax,
        },
})

/** The API destination that a target is, if it is one. */
export const destinationOf = ({ arn }: TargetRecord) => parseNamed('api-destination', arn)
