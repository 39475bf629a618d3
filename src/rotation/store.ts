/** The engine's records: the last turn of each secret, and which of them somebody holds now. */
import type { AccountId } from '../lib/brand.ts'
import type { Attempt, Look } from '../store/attempt.ts'
import { type Collection, collection } from '../store/collection.ts'
import type { Place } from './ports.ts'
import type { Turn } from './turn.ts'

const turns = collection<Turn>('rotation-turns')
/** Turns that run: after a crash they are found again, whatever their secret's next date is. */
const held = collection<object>('rotation-turns-held')

export const partsOf = ({ shelf: { account, region }, name }: Place) =>
  [account, region, name] as const

export class TurnReader {
  readonly #look: Look

  constructor(look: Look) {
    this.#look = look
  }

  find(place: Place): Turn | undefined {
    return this.#look.get(turns, ...partsOf(place))
  }

  /** Turns that run, of whatever holder. */
  listHeld(itemsMax: number): Promise<Place[]> {
    return this.#places(held, undefined, itemsMax)
  }

  /** All turns behind a place. */
  listAll(after: Place | undefined, itemsMax: number): Promise<Place[]> {
    return this.#places(turns, after, itemsMax)
  }

  async #places(
    of: Collection<object>,
    after: Place | undefined,
    itemsMax: number,
  ): Promise<Place[]> {
    const from = after && { after: partsOf(after) }
    const items = await this.#look.list(of, [], { ...from, itemsMax })
    return items.map(({ parts: [account = '', region = '', name = ''] }) => ({
      shelf: { account: account as AccountId, region },
      name,
    }))
  }
}

/** Writes a turn in place of what it was before. */
export function putTurn(attempt: Attempt, place: Place, turn: Turn): Turn {
  attempt.put(turns, partsOf(place), turn)
  if (turn.state === 'running') attempt.put(held, partsOf(place), {})
  else attempt.remove(held, ...partsOf(place))
  return turn
}

/** Forgets the turn of a secret that is gone. */
export function removeTurn(attempt: Attempt, place: Place): void {
  attempt.remove(turns, ...partsOf(place))
  attempt.remove(held, ...partsOf(place))
}

/** The turn as it stands, if this claim still holds it. */
export function heldBy(attempt: Attempt, place: Place, { fence, holder }: Turn): Turn | undefined {
  const now = new TurnReader(attempt).find(place)
  const isOurs = now?.fence === fence && now.holder === holder && now.state === 'running'
  return isOurs ? now : undefined
}
