/**
 * A principal reads a secret that it never read before. Silent while there is nothing to compare with:
 * as long as the secret, the principal or this deployment's detections themselves are new, and for who
 * must read it: whoever wrote a value of it, and the role of the function that rotates it. Root is told
 * of by a detection of its own.
 */
import { dayOf } from '../../lib/clock.ts'
import { type Act, isRead } from '../act.ts'
import type { Detector, Finding } from '../detection.ts'
import type { Mind } from '../mind.ts'

export const newReader: Detector = {
  name: 'new-reader',
  look(act, mind) {
    const [secret] = act.resources
    if (secret === undefined || act.isRoot || !learns(act)) return undefined
    const about = `${act.principal}\n${secret}`
    const known = mind.memory.get('reader', act.account, about)
    if (known instanceof Promise) return known.then((day) => judge(act, mind, secret, day))
    return judge(act, mind, secret, known)
  },
}

const writes: ReadonlySet<string> = new Set(['CreateSecret', 'PutSecretValue', 'UpdateSecret'])

const isWrite = ({ service, name, error }: Act): boolean =>
  error === undefined && service === 'secretsmanager' && writes.has(name)

const learns = (act: Act): boolean => isRead(act) || isWrite(act)

function judge(
  act: Act,
  mind: Mind,
  secret: string,
  known: { readonly day: number } | undefined,
): undefined | Promise<Finding | undefined> {
  const day = dayOf(act.at)
  if (known && known.day >= day) return undefined
  mind.memory.set('reader', act.account, `${act.principal}\n${secret}`, { day })
  if (known || isWrite(act) || isNew(act, mind, mind.since)) return undefined
  return compare(act, mind, secret)
}

const isNew = ({ at }: Act, { limits }: Mind, since = Number.NEGATIVE_INFINITY): boolean =>
  at < since + limits.learningMs

async function compare(act: Act, mind: Mind, secret: string): Promise<Finding | undefined> {
  const { facts } = mind
  const thing = await facts.thing(secret)
  if (isNew(act, mind, thing?.createdAt)) return undefined
  const principal = await facts.thing(act.principal)
  if (isNew(act, mind, principal?.createdAt)) return undefined
  if ((await facts.rotatorOf(secret)) === act.principal) return undefined
  const { at, account, region, requestId } = act
  const words = 'read a secret that it never read before'
  return {
    ...{ severity: 'medium', at, account, region, requestId, words },
    ...{ principal: act.principal, resource: secret },
  }
}
