/** The store's keys as this service sees them; the house gives them, and says why something cannot be. */
import type { KeyObject } from 'node:crypto'
import type { DescribeSealResponse } from '../../contract/generated/strongroom.ts'
import { Refusal } from '../../lib/fault.ts'
import type { Desk } from '../operation.ts'

/** A seal that is ready to be moved to; only whoever made it knows what it is. */
export type Move = object

export interface Keys {
  /** As --seal takes it. */
  readonly seal: string
  readonly told: string | undefined
  readonly isMoving: boolean
  readonly lastMove: { readonly to: string; readonly failure?: string } | undefined
  /** Oldest first. Instants are milliseconds since 1970. */
  readonly storeKeys: readonly { readonly id: number; readonly since: number }[]
  /** All records are sealed under this store key or a later one. */
  readonly floor: number
  readonly resealing: { readonly done: number; readonly total: number } | undefined
  prepare(to: string, secret: string | undefined): Promise<Move>
  prepareAnew(secret: string | undefined): Promise<Move>
  proposeMove(attempt: Desk['attempt'], move: Move): Promise<void>
  makeStoreKey(): KeyObject
  proposeStoreKey(attempt: Desk['attempt'], at: number, key: KeyObject): Promise<number>
}

export function sealView(keys: Keys): DescribeSealResponse {
  const { lastMove, storeKeys, floor, resealing } = keys
  const newest = storeKeys.at(-1)?.id
  return {
    Seal: keys.seal,
    ToldSeal: keys.told,
    State: keys.isMoving ? 'MOVING' : 'STEADY',
    LastMove: lastMove && { To: lastMove.to, Failure: lastMove.failure },
    StoreKeys: storeKeys.map(({ id, since }) => ({
      Id: id,
      CreatedDate: since,
      State: id === newest ? 'SEALING' : id < floor ? 'OPENING' : 'RESEALING',
    })),
    Resealing: resealing && { Done: resealing.done, Total: resealing.total },
  }
}

/** Runs; what a seal refuses becomes this service's fault, in the same words. */
export async function heeding<T>(
  fault: (code: 'InvalidSealException', words: string) => Error,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run()
  } catch (thrown) {
    throw thrown instanceof Refusal ? fault('InvalidSealException', thrown.message) : thrown
  }
}
