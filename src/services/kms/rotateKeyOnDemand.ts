/**
 * New material now. Of an imported key it is the one that was imported for it and waits. The date of
 * the next automatic rotation stays.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html
 */
import { findKey } from './key.ts'
import { makeNext, mustBeRotatable, rotate } from './rotation.ts'
import { fault, operation, type Rooms } from './service.ts'
import { mustBeEnabled } from './state.ts'
import type { Key } from './subject.ts'

const turnsMax = 25

export const rotateKeyOnDemand = operation('RotateKeyOnDemand', {
  action: 'kms:RotateKeyOnDemand',
  touches: (look, input) => findKey(look, input),

  async run(rooms, _input, key) {
    mustBeEnabled(key)
    mustBeRotatable(key)
    const { shelf, record, arn } = key
    if ((record.onDemandCount ?? 0) >= turnsMax) {
      throw fault(
        'LimitExceededException',
        `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${arn}`,
      )
    }
    if (record.origin === 'EXTERNAL') {
      turnToPending(rooms, key)
      return { KeyId: arn }
    }
    const next = await rooms.draws.draw('key material', () =>
      makeNext(rooms.materials, shelf, record),
    )
    rotate(rooms.keys, shelf, record, next, { by: 'ON_DEMAND', at: rooms.draws.at })
    return { KeyId: arn }
  },
})

function turnToPending({ keys, draws }: Rooms, { shelf, record, arn }: Key): void {
  const pending = record.backings.find(({ since }) => since === undefined)
  if (!pending) {
    throw fault('KMSInvalidStateException', `${arn} has no key material that is pending rotation.`)
  }
  const turned = { ...pending, since: draws.at, by: 'ON_DEMAND' as const }
  const backings = record.backings.map((each) => (each === pending ? turned : each))
  const onDemandCount = (record.onDemandCount ?? 0) + 1
  keys.put(shelf, { ...record, backings, current: pending.id, onDemandCount }, record)
}
