/**
 * Members of an input that stand outside the body: in the path, the query string and headers, as text.
 * A parameter that occurs twice is refused where one is meant: which of them counts would be a guess.
 *
 * https://smithy.io/2.0/spec/http-bindings.html
 */
import { Fault } from '../lib/fault.ts'
import type { MemberPlan, Plan } from './plan.ts'
import type { Envelope, Structure } from './protocol.ts'
import { type Place, type Route, readPlace } from './route.ts'
import { isInteger, isLong, parseInstant } from './types.ts'

/** Adds to the input what path, query and headers hold of it. Throws SerializationException. */
export function readBound(
  input: Structure,
  members: readonly MemberPlan[],
  route: Route,
  envelope: Envelope,
): void {
  const place = readPlace(envelope.target)
  if (!place) throw new Fault('SerializationException')
  for (const member of members) {
    const value = readers[member.location ?? '']?.(member, { route, place, envelope })
    if (value !== undefined) input[member.name] = value
  }
}

interface Parts {
  readonly route: Route
  readonly place: Place
  readonly envelope: Envelope
}

type Read = (member: MemberPlan, parts: Parts) => unknown

const readers: Readonly<Record<string, Read>> = Object.assign(Object.create(null), {
  uri: ({ element, plan }, { route }) => readText(plan, route.labels.get(element)),
  querystring: readParameter,
  header: ({ element, plan }, { envelope }) => readText(plan, headerOf(envelope, element)),
} satisfies Record<string, Read>)

function headerOf({ headers }: Envelope, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return headers.find(([each]) => each.toLowerCase() === wanted)?.[1]
}

function readParameter({ element, plan }: MemberPlan, { place }: Parts): unknown {
  const values = place.pairs.filter(([name]) => name === element).map(([, value]) => value)
  if (plan.type === 'list') {
    return values.length > 0 ? values.map((value) => readText(plan.item, value)) : undefined
  }
  if (values.length > 1) throw unreadable()
  return readText(plan, values[0])
}

const unreadable = () => new Fault('SerializationException')

function readText(plan: Plan, text: string | undefined): unknown {
  if (text === undefined) return undefined
  const value = (texts.get(plan.type) ?? refuse)(text)
  if (value === undefined) throw unreadable()
  return value
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

const numberForm = /^-?\d{1,15}$/

const texts: ReadonlyMap<string, (text: string) => unknown> = new Map<
  string,
  (text: string) => unknown
>([
  ['string', (text) => text],
  ['boolean', (text) => booleans.get(text)],
  ['integer', (text) => numberIn(text, isInteger)],
  ['long', (text) => numberIn(text, isLong)],
  ['timestamp', (text) => parseInstant(text)],
])

const numberIn = (text: string, fits: (value: unknown) => boolean): number | undefined => {
  const value = numberForm.test(text) ? Number(text) : undefined
  return fits(value) ? value : undefined
}

const refuse = (): undefined => undefined
