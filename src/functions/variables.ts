/**
 * The environment variables of a function and of its extensions. What a later source says goes over
 * the earlier one: ours that a customer may change, the customer's, the credentials, the platform's.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
import type { Deployed, Home, RoleCredentials } from './function.ts'

/** Where things stand, as seen from inside. */
export interface Places {
  readonly task: string
  readonly layers: string
  readonly runtime: string
  readonly temporary: string
  /** What the operator lends to every function: `node_modules` and `python` in it. */
  readonly libraries?: string
}

export interface Setting {
  readonly deployed: Deployed
  readonly places: Places
  readonly home: Home
  readonly credentials: RoleCredentials
  readonly logStream: string
  /** Host and port of the Runtime API. */
  readonly apiAddress: string
}

export type Variables = Readonly<Record<string, string>>

export function variablesOf(setting: Setting): Variables {
  const { deployed, credentials } = setting
  return {
    ...defaultsOf(setting),
    ...passable(deployed.environment),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    ...platformOf(setting),
  }
}

/** A customer may say otherwise: another endpoint, another path. */
function defaultsOf({ deployed, places, home }: Setting): Record<string, string> {
  const { layers, runtime, task, temporary } = places
  const bundle = `${runtime}/authorities.pem`
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: `/var/lang/bin:/usr/local/bin:/usr/bin:/bin:${layers}/bin`,
    LD_LIBRARY_PATH: `${runtime}:${runtime}/lib:${task}:${task}/lib:${layers}/lib`,
    TMPDIR: temporary,
    AWS_ENDPOINT_URL: home.url,
    // AWS's rotation functions take their endpoint from here and from nowhere else.
    SECRETS_MANAGER_ENDPOINT: home.url,
    ...(home.ca && { NODE_EXTRA_CA_CERTS: `${runtime}/home.pem`, AWS_CA_BUNDLE: bundle }),
    ...languageOf(deployed.runtime, places),
  }
}

/** A function's own code first, then its layers, then what every function is lent. */
function languageOf(runtime: string, { layers, task, libraries }: Places): Record<string, string> {
  const lent = (folder: string) => (libraries === undefined ? [] : [`${libraries}/${folder}`])
  if (runtime.startsWith('nodejs')) {
    const paths = [`${layers}/nodejs/node_modules`, `${task}/node_modules`, ...lent('node_modules')]
    return { NODE_PATH: paths.join(':') }
  }
  if (runtime.startsWith('python')) {
    const packages = `python/lib/python${runtime.slice('python'.length)}/site-packages`
    return {
      PYTHONPATH: [`${layers}/python`, `${layers}/${packages}`, ...lent('python')].join(':'),
    }
  }
  return {}
}

function platformOf(setting: Setting): Record<string, string> {
  const { deployed, places, logStream, apiAddress } = setting
  return {
    AWS_REGION: deployed.region,
    AWS_DEFAULT_REGION: deployed.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${deployed.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: deployed.name,
    AWS_LAMBDA_FUNCTION_VERSION: deployed.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: groupOf(deployed),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_RUNTIME_API: apiAddress,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    _HANDLER: deployed.handler,
    LAMBDA_TASK_ROOT: places.task,
    LAMBDA_RUNTIME_DIR: places.runtime,
  }
}

/** The log group of a function. */
export const groupOf = ({ name }: Deployed): string => `/aws/lambda/${name}`

/** What AWS does not pass to extensions. */
const runtimeOnly = new Set([
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_XRAY_CONTEXT_MISSING',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
])

/** The names that an extension does not see. */
export const hiddenFromExtensions = (variables: Variables): string[] =>
  Object.keys(variables).filter((name) => name.startsWith('_') || runtimeOnly.has(name))

/** Names that a shell keeps for itself: to set them ends it, or means something else. */
const shellsOwn = new Set(
  'UID EUID PPID GROUPS OPTIND LINENO RANDOM SECONDS DIRSTACK FUNCNAME SHELLOPTS BASHOPTS'.split(
    ' ',
  ),
)

const passable = (environment: Variables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) =>
        /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) &&
        !shellsOwn.has(name) &&
        !name.startsWith('BASH_') &&
        !value.includes('\0'),
    ),
  )
