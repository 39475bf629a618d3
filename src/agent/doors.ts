/** The doors of the common port. */
import type { Door } from './door.ts'
import type { Address } from './settings.ts'

/** Both loopback addresses at one port; a machine without IPv6 has one. */
export async function openDoors(
  places: readonly Address[],
  open: (place: Address) => Promise<Door>,
): Promise<Door[]> {
  const doors: Door[] = []
  for (const place of places) {
    // A port that was left to the system is the same for both.
    const port = place.port || (doors[0]?.port ?? 0)
    try {
      doors.push(await open({ ...place, port }))
    } catch (error) {
      const isAbsent = lacksIpv6.has((error as NodeJS.ErrnoException).code ?? '')
      if (place.host === '::1' && isAbsent && doors.length > 0) continue
      for (const door of doors) await door.close()
      throw error
    }
  }
  return doors
}

const lacksIpv6: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])
