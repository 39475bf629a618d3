/**
 * What a connection proves by, out of a request, and what is shown of it.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnectionAuthRequestParameters.html
 */
import type {
  ConnectionAuthResponseParameters,
  ConnectionHttpParameters,
  UpdateConnectionAuthRequestParameters,
} from '../../contract/generated/events.ts'
import { refusalOf } from '../../events/endpoint.ts'
import { isFitHeader, isFitValue } from '../../events/parameters.ts'
import type {
  AuthKind,
  ConnectionSecrets,
  Parameters,
  ShownAuth,
  ShownParameters,
} from '../../events/records.ts'
import { fault, notOffered, type Rooms } from './service.ts'

export interface Auth {
  readonly shown: ShownAuth
  readonly secrets: ConnectionSecrets
}

/** An update is read over what there was: what it leaves out stays. Throws for what is missing. */
export function readAuth(
  rooms: Pick<Rooms, 'admits'>,
  kind: AuthKind,
  asked: UpdateConnectionAuthRequestParameters,
  before?: Auth,
): Auth {
  if (asked.ConnectivityParameters) {
    throw notOffered('ConnectivityParameters', 'private addresses are admitted by the operator.')
  }
  const { InvocationHttpParameters, OAuthParameters: oauth } = asked
  const [name, value] = namedSecret(kind, asked, before)
  if (!isFitValue(value)) throw fault('ValidationException', 'The secret is not fit for a header.')
  const endpoint = oauth?.AuthorizationEndpoint ?? before?.shown.endpoint
  if (kind === 'OAUTH_CLIENT_CREDENTIALS') mustBeEndpoint(rooms, endpoint)
  const http = read(InvocationHttpParameters, before?.shown.http, before?.secrets.http)
  const oauthHttp = read(
    oauth?.OAuthHttpParameters,
    before?.shown.oauthHttp,
    before?.secrets.oauthHttp,
  )
  const method = oauth?.HttpMethod ?? before?.shown.method
  return {
    shown: { name, endpoint, method, http: http.shown, oauthHttp: oauthHttp.shown },
    secrets: { value, http: http.values, oauthHttp: oauthHttp.values },
  }
}

/** The name and the secret of each kind, by the members that hold them. */
const pairs: Readonly<
  Record<AuthKind, (asked: UpdateConnectionAuthRequestParameters) => (string | undefined)[]>
> = {
  API_KEY: ({ ApiKeyAuthParameters: key }) => [key?.ApiKeyName, key?.ApiKeyValue],
  BASIC: ({ BasicAuthParameters: basic }) => [basic?.Username, basic?.Password],
  OAUTH_CLIENT_CREDENTIALS: ({ OAuthParameters: oauth }) => [
    oauth?.ClientParameters?.ClientID,
    oauth?.ClientParameters?.ClientSecret,
  ],
}

function namedSecret(
  kind: AuthKind,
  asked: UpdateConnectionAuthRequestParameters,
  before: Auth | undefined,
): readonly [name: string, value: string] {
  const [name = before?.shown.name, value = before?.secrets.value] = pairs[kind](asked)
  if (name === undefined || value === undefined) {
    throw fault('ValidationException', `Authorization type ${kind} needs its own AuthParameters.`)
  }
  if (kind === 'API_KEY' && !isFitHeader(name)) {
    throw fault('ValidationException', `An API key cannot be sent as header ${name}.`)
  }
  return [name, value]
}

function mustBeEndpoint({ admits }: Pick<Rooms, 'admits'>, text: string | undefined): void {
  const url = URL.parse(text ?? '')
  const refusal = url ? refusalOf(url, admits) : 'no address'
  if (refusal === undefined) return
  throw fault('ValidationException', `Parameter AuthorizationEndpoint is not valid: ${refusal}.`)
}

const lists = [
  ['headers', 'HeaderParameters'],
  ['query', 'QueryStringParameters'],
  ['body', 'BodyParameters'],
] as const

const none = { headers: [], query: [], body: [] }

function read(
  asked: ConnectionHttpParameters | undefined,
  shownBefore: ShownParameters = none,
  before: Parameters = { headers: {}, query: {}, body: {} },
): { shown: ShownParameters; values: Parameters } {
  if (!asked) return { shown: shownBefore, values: before }
  const shown: Record<string, object[]> = {}
  const values: Record<string, Record<string, string>> = {}
  for (const [list, member] of lists) {
    const fields = asked[member] ?? []
    const fit = fields.filter(({ Key = '' }) => list !== 'headers' || isFitHeader(Key))
    if (fit.length < fields.length) throw fault('ValidationException', 'A header cannot be set.')
    shown[list] = fit.map(
      ({ Key: key = '', Value: value = '', IsValueSecret: isSecret = false }) => ({
        ...{ key, isSecret },
        ...(!isSecret && { value }),
      }),
    )
    values[list] = Object.fromEntries(fit.map(({ Key = '', Value = '' }) => [Key, Value]))
  }
  return { shown: shown as unknown as ShownParameters, values: values as unknown as Parameters }
}

/** What a description shows: names, and values that are no secret. */
export function authView(kind: AuthKind, shown: ShownAuth): ConnectionAuthResponseParameters {
  const http = httpView(shown.http)
  return {
    ...(kind === 'API_KEY' && { ApiKeyAuthParameters: { ApiKeyName: shown.name } }),
    ...(kind === 'BASIC' && { BasicAuthParameters: { Username: shown.name } }),
    ...(kind === 'OAUTH_CLIENT_CREDENTIALS' && {
      OAuthParameters: {
        ClientParameters: { ClientID: shown.name },
        AuthorizationEndpoint: shown.endpoint,
        HttpMethod: shown.method,
        OAuthHttpParameters: httpView(shown.oauthHttp),
      },
    }),
    InvocationHttpParameters: http,
  }
}

function httpView(shown: ShownParameters): ConnectionHttpParameters | undefined {
  const filled = lists.filter(([list]) => shown[list].length > 0)
  if (filled.length === 0) return undefined
  return Object.fromEntries(
    filled.map(([list, member]) => [
      member,
      shown[list].map(({ key, value, isSecret }) => ({
        ...{ Key: key, Value: value, IsValueSecret: isSecret },
      })),
    ]),
  )
}
