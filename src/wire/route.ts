/**
 * Which operation a method and a path mean, in the rest protocols. A path is read in one way or not at
 * all: empty segments, `.` and `..` are refused, encoded or not, since the signature's canonical path
 * drops them and a proxy may; and every escape must decode. What passes is signed letter by letter.
 *
 * https://smithy.io/2.0/spec/http-bindings.html#http-trait
 */
import type { ServiceModel } from '../contract/model.ts'

/** The decoded parts of a target. */
export interface Place {
  readonly segments: readonly string[]
  readonly pairs: readonly (readonly [name: string, value: string])[]
}

/** The operation, and its labels as the path fills them. */
export interface Route {
  readonly operation: string
  readonly labels: ReadonlyMap<string, string>
}

/** RFC 3986's path characters in non-empty segments; one slash may stand at the end. */
const pathForm = /^(?:\/[\w\-.~!$&'()*+,;=:@%]+)+\/?$/
/** A query's characters; what decodes to something else than it was signed as is refused below. */
const queryForm = /^[\w\-.~!$&'()*+,;=:@%/?]*$/
const firstForm = /^\d{4}-\d\d-\d\d$/
const segmentsMax = 16
const pairsMax = 256

/** A target that can be read in one way; `undefined` for any other. */
export function readPlace(target: string): Place | undefined {
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  const query = at < 0 ? '' : target.slice(at + 1)
  if (!pathForm.test(path) || !queryForm.test(query)) return undefined
  const segments = readSegments(path)
  const pairs = readPairs(query)
  return segments && pairs && { segments, pairs }
}

function readSegments(path: string): string[] | undefined {
  const raw = path.split('/').slice(1)
  if (raw.at(-1) === '') raw.pop()
  const segments = raw.map(decoded)
  const isPlain = segments.length <= segmentsMax && segments.every(isName)
  return isPlain ? (segments as string[]) : undefined
}

/** Neither dots nor what would cut a path again once it is decoded. */
const isName = (segment: string | undefined): boolean =>
  segment !== undefined && segment !== '.' && segment !== '..' && !/[\p{Cc}/\\]/u.test(segment)

function readPairs(query: string): [string, string][] | undefined {
  const pieces = query.split('&').filter((piece) => piece !== '')
  const pairs: [string, string][] = []
  for (const piece of pieces) {
    const at = piece.indexOf('=')
    const name = decoded(at < 0 ? piece : piece.slice(0, at))
    const value = at < 0 ? '' : decoded(piece.slice(at + 1))
    if (name === undefined || value === undefined) return undefined
    pairs.push([name, value])
  }
  return pairs.length <= pairsMax ? pairs : undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** True for targets that services of the rest protocols sign: a date, and what stands behind it. */
export const isRestTarget = (target: string): boolean =>
  firstForm.test(readPlace(target)?.segments[0] ?? '')

/** The operation that a method and a target mean, if the service has one there. */
export function findRoute(model: ServiceModel, method: string, target: string): Route | undefined {
  const place = readPlace(target)
  if (!place) return undefined
  for (const template of templatesOf(model)) {
    const labels = template.method === method ? match(template, place) : undefined
    if (labels) return { operation: template.operation, labels }
  }
  return undefined
}

interface Template {
  readonly operation: string
  readonly method: string
  readonly segments: readonly string[]
  /** Parameters that tell two operations of one path apart. */
  readonly pairs: readonly (readonly [string, string])[]
}

const known = new WeakMap<ServiceModel, readonly Template[]>()

/** The narrower before the wider: with fixed parameters, then with fewer labels. */
function templatesOf(model: ServiceModel): readonly Template[] {
  const made = known.get(model)
  if (made) return made
  const templates = Object.entries(model.operations).flatMap(([operation, { http }]) =>
    http ? [templateOf(operation, http.method, http.requestUri)] : [],
  )
  templates.sort((a, b) => b.pairs.length - a.pairs.length || labelsIn(a) - labelsIn(b))
  known.set(model, templates)
  return templates
}

function templateOf(operation: string, method: string, uri: string): Template {
  const [path = '', query = ''] = uri.split('?')
  if (path.includes('+}')) throw new Error(`a greedy label in ${operation}`)
  const segments = path.split('/').filter((segment) => segment !== '')
  return { operation, method, segments, pairs: readPairs(query) ?? [] }
}

const labelForm = /^\{(\w+)\}$/

const labelsIn = ({ segments }: Template): number =>
  segments.filter((segment) => labelForm.test(segment)).length

function match(template: Template, place: Place): Map<string, string> | undefined {
  if (template.segments.length !== place.segments.length) return undefined
  const labels = new Map<string, string>()
  for (const [at, segment] of template.segments.entries()) {
    const given = place.segments[at] ?? ''
    const [, label] = labelForm.exec(segment) ?? []
    if (label !== undefined) labels.set(label, given)
    else if (segment !== given) return undefined
  }
  const hasPair = ([name, value]: readonly [string, string]) =>
    place.pairs.some((pair) => pair[0] === name && pair[1] === value)
  return template.pairs.every(hasPair) ? labels : undefined
}
