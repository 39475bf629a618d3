/**
 * Concurrency that functions reserve of what an account has in a region. Some of it always stays for
 * those that reserve none.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
import type { FunctionRecord, Shelf } from './records.ts'
import { fault, type Rooms } from './service.ts'

export const accountMax = 1000
const unreservedMin = 100

/** Reserves for a function in place of what it had; `undefined` gives it back. */
export function reserve(
  { functions }: Rooms,
  shelf: Shelf,
  record: FunctionRecord,
  wanted: number | undefined,
): void {
  const { reserved: before = 0, ...rest } = record
  const total = functions.reserved(shelf) - before + (wanted ?? 0)
  if (accountMax - total < unreservedMin) {
    throw fault(
      'InvalidParameterValueException',
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${unreservedMin}].`,
    )
  }
  functions.setReserved(shelf, total)
  functions.replace(shelf, wanted === undefined ? rest : { ...rest, reserved: wanted })
}
