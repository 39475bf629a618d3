/** Where a key or an identity was used last. */
import type { IdentityReader } from '../store.ts'
import { placesOf, servicesUsed, type Use } from '../uses.ts'

export interface LastUse extends Use {
  /** Milliseconds since 1970, to the quarter of an hour. */
  readonly at: number
}

const everywhere = placesOf(servicesUsed.keys())

/** The last use anywhere; `undefined` if there was none. */
export const lastUseOf = (identities: IdentityReader, id: string) =>
  lastUseAt(identities, id, everywhere)

/** The last use at these places. */
export async function lastUseAt(
  identities: IdentityReader,
  id: string,
  places: readonly Use[],
): Promise<LastUse | undefined> {
  const stamps = await identities.lastUses(id, places)
  let last: LastUse | undefined
  for (const [index, at] of stamps.entries()) {
    const place = places[index]
    if (at !== undefined && place && at > (last?.at ?? -1)) last = { ...place, at }
  }
  return last
}
