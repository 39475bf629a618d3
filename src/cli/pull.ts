/** strongroom pull: secrets of AWS, or of another house, into this one, after what differs was shown. */
import type { TransferFlags } from './push.ts'
import { sidesOf } from './sides.ts'
import { transfer } from './transfer.ts'

export async function pull(there: string, flags: TransferFlags): Promise<void> {
  const { own, other } = sidesOf(there, flags)
  await transfer({ prefix: '', ...flags, from: other, to: own })
}
