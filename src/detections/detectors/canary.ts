/**
 * Something that nobody needs was touched: a secret, key, parameter, user or role with the tag
 * `strongroom:canary` = `true`. Any operation on it counts, allowed or denied, and taking the tag off,
 * too; only the call that made it a canary does not.
 */
import { dayOf } from '../../lib/clock.ts'
import { type Act, isDenied } from '../act.ts'
import type { Detector, Finding } from '../detection.ts'
import type { Mind } from '../mind.ts'

export const canaryTag = 'strongroom:canary'

export const canary: Detector = {
  name: 'canary',
  look(act, mind) {
    const [resource] = act.resources
    return resource === undefined ? undefined : judge(act, mind, resource)
  },
}

async function judge(act: Act, mind: Mind, resource: string): Promise<Finding | undefined> {
  const { memory, facts } = mind
  const { at, account, error } = act
  if (error === undefined && tagsIn(act).some(isCanaryTag)) {
    memory.set('canary', account, resource, { day: dayOf(at) })
    return undefined
  }
  const thing = await facts.thing(resource)
  const isCanary = thing !== undefined && [...thing.tags].some(isCanaryTag)
  if (!isCanary && !(await wasCanary(act, mind, resource))) return undefined
  const { region, principal, requestId, service, name } = act
  const words = `${service}:${name} on a canary${isDenied(act) ? ', denied' : ''}`
  return { severity: 'critical', at, account, region, principal, resource, requestId, words }
}

/** What takes a canary away leaves nothing behind to be asked. */
const removing = /^(?:Delete|Untag|Remove)/

async function wasCanary(act: Act, { memory }: Mind, resource: string): Promise<boolean> {
  if (!removing.test(act.name)) return false
  const known = (await memory.get('canary', act.account, resource)) !== undefined
  if (known && act.error === undefined) memory.set('canary', act.account, resource, undefined)
  return known || (act.error === undefined && untags(act))
}

interface Parameters {
  readonly tags?: unknown
  readonly tagKeys?: unknown
}

const parametersOf = ({ record }: Act): Parameters => record.requestParameters ?? {}

interface Tag {
  readonly key?: string
  readonly value?: string
  readonly tagKey?: string
  readonly tagValue?: string
}

/** Services write their tags in two ways. */
function tagsIn(act: Act): readonly (readonly [key: unknown, value: unknown])[] {
  const { tags } = parametersOf(act)
  const list: readonly Tag[] = Array.isArray(tags) ? tags : []
  return list.map(({ key, value, tagKey, tagValue }) => [key ?? tagKey, value ?? tagValue])
}

const isCanaryTag = ([key, value]: readonly [key: unknown, value: unknown]): boolean =>
  key === canaryTag && value === 'true'

function untags(act: Act): boolean {
  const { tagKeys } = parametersOf(act)
  return Array.isArray(tagKeys) && tagKeys.includes(canaryTag)
}
