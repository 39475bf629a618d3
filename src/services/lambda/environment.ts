/**
 * A function's environment variables. Their values are secret, and so that they are not told by
 * accident, their names are not told either, but for names that AWS has itself.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
import type { Environment } from '../../contract/generated/lambda.ts'
import type { Variable } from './records.ts'
import { fault } from './service.ts'

const bytesMax = 4096

/** What Lambda sets itself. */
const reserved: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
])

const unable =
  'Lambda was unable to configure your environment variables because the environment variables you have provided'

/** The variables of a request. Throws for reserved names, and for more than 4 KB. */
export function readEnvironment(environment: Environment | undefined): readonly Variable[] {
  const variables = Object.entries(environment?.Variables ?? {}).map(([name, value]) => ({
    name,
    value,
  }))
  const taken = variables.filter(({ name }) => reserved.has(name)).map(({ name }) => name)
  if (taken.length > 0) {
    throw fault(
      'InvalidParameterValueException',
      `${unable} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(', ')}`,
    )
  }
  const bytes = variables.reduce((sum, each) => sum + Buffer.byteLength(each.name + each.value), 0)
  if (bytes > bytesMax) {
    throw fault('InvalidParameterValueException', `${unable} exceeded the 4KB limit.`)
  }
  return variables
}
