/**
 * The routes by which applications read: what AWS's Secrets Manager Agent serves and what AWS's
 * Parameters and Secrets Lambda extension serves.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/secrets-manager-agent-call.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html
 */
import { BadRequest, refuse } from './replies.ts'
import { type Asked, at, type Reply, type Route } from './route.ts'
import type { Value, Wanted } from './wanted.ts'

export interface Reader {
  /** The value, for whoever comes in by that door. */
  read(wanted: Wanted, order: Order): Value | Promise<Value>
}

export interface Order {
  readonly visitor: Asked['visitor']
  readonly roleArn: string | undefined
  readonly isNow: boolean
}

/** @param prefix of paths that name the secret themselves */
export const readings = (reader: Reader, prefix: () => string): readonly Route[] => [
  at('/ping', () => ({ status: 200, body: 'healthy' }), { guards: [] }),
  at('/secretsmanager/get', (asked) => getSecret(reader, asked)),
  at('/systemsmanager/parameters/get', (asked) => getParameter(reader, asked)),
  // middy's extension client sends the slash.
  at('/systemsmanager/parameters/get/', (asked) => getParameter(reader, asked)),
  {
    takes: (path) => path.startsWith(prefix()),
    answer: (asked) => getSecretByPath(reader, asked, prefix()),
  },
]

const secretMembers = ['versionId', 'versionStage', 'refreshNow', 'roleArn']

function getSecret(reader: Reader, { query, visitor }: Asked): Answer {
  mustKnow(query, ['secretId', ...secretMembers])
  const id = query.get('secretId')
  if (!id) throw new BadRequest('missing parameter secretId')
  return read(reader, secretOf(id, query), query, visitor)
}

function getSecretByPath(reader: Reader, asked: Asked, prefix: string): Answer {
  const { query, visitor, path } = asked
  mustKnow(query, secretMembers)
  const id = path.slice(prefix.length)
  if (id === '') throw new BadRequest('missing secret ID')
  return read(reader, secretOf(id, query), query, visitor)
}

const secretOf = (id: string, query: URLSearchParams): Wanted => ({
  kind: 'secret',
  id,
  versionId: query.get('versionId') ?? undefined,
  stage: query.get('versionStage') ?? undefined,
})

const parameterMembers = ['name', 'version', 'label', 'withDecryption', 'refreshNow', 'roleArn']

function getParameter(reader: Reader, { query, visitor }: Asked): Answer {
  mustKnow(query, parameterMembers)
  const name = query.get('name')
  if (!name) throw new BadRequest('missing parameter name')
  // The first of the two counts.
  const selector = [...query].find(([key]) => key === 'version' || key === 'label')?.[1]
  const id = selector ? `${name}:${selector}` : name
  const decrypts = flagIn(query, 'withDecryption')
  return read(reader, { kind: 'parameter', id, decrypts }, query, visitor)
}

function read(
  reader: Reader,
  wanted: Wanted,
  query: URLSearchParams,
  visitor: Asked['visitor'],
): Answer {
  const isNow = flagIn(query, 'refreshNow')
  const roleArn = roleIn(query)
  mustBeOpenTo(visitor, roleArn)
  const value = reader.read(wanted, { visitor, roleArn: visitor.roleArn ?? roleArn, isNow })
  return value instanceof Promise ? value.then(replyOf) : replyOf(value)
}

type Answer = Reply | Promise<Reply>

const replyOf = ({ body }: Value): Reply => ({ status: 200, body })

/** A door that stands for a role gives nobody another's. */
function mustBeOpenTo(visitor: Asked['visitor'], roleArn: string | undefined): void {
  if (visitor.roleArn === undefined || roleArn === undefined || roleArn === visitor.roleArn) return
  throw refuse(403, 'AccessDeniedException', 'This application may not take another role.')
}

function mustKnow(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name)) throw new BadRequest(`unknown parameter: ${name}`)
  }
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

function flagIn(query: URLSearchParams, name: string): boolean {
  const text = query.get(name)
  if (text === null) return false
  const flag = flags.get(text.toLowerCase())
  if (flag !== undefined) return flag
  throw new BadRequest(`invalid ${name} value`)
}

function roleIn(query: URLSearchParams): string | undefined {
  const role = query.get('roleArn') ?? undefined
  if (role === undefined || /^arn:[^:]+:iam::\d{12}:role\/\S+$/.test(role)) return role
  throw new BadRequest(
    'invalid roleArn format, expected arn:<partition>:iam::<account>:role/<name>',
  )
}
