/** An operation's input as a request in the protocol of its service: the client's side, for tests. */
import { type ServiceModel, speaks } from '../../src/contract/model.ts'
import { percentEncode } from '../../src/sigv4/canonical.ts'
import { formOf } from './query.ts'

export interface Request {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export function requestOf(model: ServiceModel, operation: string, input: object): Request {
  const post = { method: 'POST', target: '/' }
  if (model.protocol === 'rest-json') return restRequest(model, operation, input)
  if (speaks(model, 'json')) {
    const headers = [
      ['Content-Type', `application/x-amz-json-${model.jsonVersion}`],
      ['X-Amz-Target', `${model.targetPrefix}.${operation}`],
    ] as const
    return { ...post, headers, body: JSON.stringify(input) }
  }
  const headers = [['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']] as const
  return { ...post, headers, body: formOf(operation, model.apiVersion, input) }
}

/** Members where the contract puts them; a label that the input lacks is `walked`. */
function restRequest(model: ServiceModel, operation: string, input: object): Request {
  const { http, input: shapeName = '' } = model.operations[operation] ?? {}
  const shape = model.shapes[shapeName]
  const given = new Map(Object.entries(input))
  const pairs: string[] = []
  const headers: [string, string][] = []
  let path = http?.requestUri ?? ''
  for (const [name, { location, locationName = name }] of Object.entries(
    shape?.type === 'structure' ? shape.members : {},
  )) {
    const value = given.get(name)
    if (location === undefined) continue
    given.delete(name)
    if (location === 'uri')
      path = path.replace(`{${locationName}}`, percentEncode(value ?? 'walked'))
    else if (value === undefined) continue
    else if (location === 'header') headers.push([locationName, String(value)])
    else
      for (const each of [value].flat())
        pairs.push(`${locationName}=${percentEncode(String(each))}`)
  }
  const query = pairs.length > 0 ? `${path.includes('?') ? '&' : '?'}${pairs.join('&')}` : ''
  const payload = shape?.type === 'structure' ? shape.payload : undefined
  const isPlain = payload === undefined && given.size > 0
  const body = isPlain ? JSON.stringify(Object.fromEntries(given)) : ''
  return { method: http?.method ?? '', target: path + query, headers, body }
}
