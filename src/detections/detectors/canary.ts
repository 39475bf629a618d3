/**
 * Something that nobody needs was touched: a secret, key, parameter, user or role with the tag
 * `strongroom:canary` = `true`. Any operation on it counts, allowed or denied, and taking the tag off,
 * too; only the call that made it a canary does not.
 */
import { dayOf } from '../../lib/clock.ts'
import { type Act, isDenied } from '../act.ts'
import type { Detector, Finding, Found } from '../detection.ts'
import type { Mind, Thing } from '../mind.ts'

export const canaryTag = 'strongroom:canary'

export const canary: Detector = {
  name: 'canary',
  look(act, mind) {
    const [resource] = act.resources
    if (resource === undefined) return undefined
    if (act.error === undefined && plants(act)) {
      mind.memory.set('canary', act.account, resource, { day: dayOf(act.at) })
      return undefined
    }
    if (act.error === undefined && makes.has(act.name)) return undefined
    const thing = mind.facts.thing(resource)
    if (thing instanceof Promise) return thing.then((found) => judge(act, mind, resource, found))
    return judge(act, mind, resource, thing)
  },
}

/** What was made just now was no canary yet, even if somebody has marked it since. */
const makes: ReadonlySet<string> = new Set(['CreateSecret', 'CreateRole', 'CreateUser'])

function judge(
  act: Act,
  mind: Mind,
  resource: string,
  thing: Thing | undefined,
): Found | Promise<Found> {
  if (thing && isMarked(thing)) return told(act, resource)
  if (!removing.test(act.name)) return undefined
  return wasCanary(act, mind, resource).then((was) => (was ? told(act, resource) : undefined))
}

function told(act: Act, resource: string): Finding {
  const { at, account, region, principal, requestId, service, name } = act
  const words = `${service}:${name} on a canary${isDenied(act) ? ', denied' : ''}`
  return { severity: 'critical', at, account, region, principal, resource, requestId, words }
}

/** What takes a canary away leaves nothing behind to be asked. */
const removing = /^(?:Delete|Untag|Remove)/

async function wasCanary(act: Act, { memory }: Mind, resource: string): Promise<boolean> {
  const known = (await memory.get('canary', act.account, resource)) !== undefined
  if (known && act.error === undefined) memory.set('canary', act.account, resource, undefined)
  return known || (act.error === undefined && untags(act))
}

interface Parameters {
  readonly tags?: unknown
  readonly tagKeys?: unknown
}

const nothing: Parameters = {}
const parametersOf = ({ record }: Act): Parameters => record.requestParameters ?? nothing

interface Tag {
  readonly key?: string
  readonly value?: string
  readonly tagKey?: string
  readonly tagValue?: string
}

/** Whether a call puts the tag on. Services write their tags in two ways. */
function plants(act: Act): boolean {
  const { tags } = parametersOf(act)
  const list: readonly Tag[] = Array.isArray(tags) ? tags : []
  return list.some(({ key, value, tagKey, tagValue }) => isMark(key ?? tagKey, value ?? tagValue))
}

const isMark = (key: string | undefined, value: string | undefined): boolean =>
  key === canaryTag && value === 'true'

function isMarked({ tags }: Thing): boolean {
  for (const [key, value] of tags) if (isMark(key, value)) return true
  return false
}

function untags(act: Act): boolean {
  const { tagKeys } = parametersOf(act)
  return Array.isArray(tagKeys) && tagKeys.includes(canaryTag)
}
