/** strongroom push: secrets of this house into AWS, or into another house, after what differs was shown. */
import { type SideFlags, sidesOf } from './sides.ts'
import { transfer } from './transfer.ts'

export interface TransferFlags extends SideFlags {
  readonly prefix?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

export async function push(there: string, flags: TransferFlags): Promise<void> {
  const { own, other } = sidesOf(there, flags)
  await transfer({ prefix: '', ...flags, from: own, to: other })
}
