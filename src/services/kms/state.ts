/**
 * The states of a key, and what is refused in each.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
import type { KeyState, KeyUsageType } from '../../contract/generated/kms.ts'
import type { KeyRecord } from './records.ts'
import { fault } from './service.ts'
import type { Key } from './subject.ts'

export function stateOf(key: KeyRecord): KeyState {
  if (key.deletion) {
    return key.deletion.dueAt === undefined ? 'PendingReplicaDeletion' : 'PendingDeletion'
  }
  if (awaitsImport(key)) return 'PendingImport'
  return key.enabled ? 'Enabled' : 'Disabled'
}

/** An imported key works only while all that it ever sealed with is there. */
const awaitsImport = ({ current, backings }: KeyRecord): boolean =>
  current === undefined || backings.some(({ isGone, since }) => isGone && since !== undefined)

type Refused = Exclude<KeyState, 'Enabled'>

const refusals: Readonly<
  Record<Refused, readonly ['DisabledException' | 'KMSInvalidStateException', string]>
> = {
  Disabled: ['DisabledException', 'is disabled.'],
  PendingDeletion: ['KMSInvalidStateException', 'is pending deletion.'],
  PendingReplicaDeletion: ['KMSInvalidStateException', 'is pending replica deletion.'],
  PendingImport: ['KMSInvalidStateException', 'is pending import.'],
  Creating: ['KMSInvalidStateException', 'is creating.'],
  Updating: ['KMSInvalidStateException', 'is updating.'],
  Unavailable: ['KMSInvalidStateException', 'is unavailable.'],
}

/** Throws unless the key is enabled, or in one of the other states given. */
export function mustBeEnabled({ arn, record }: Key, ...others: readonly KeyState[]): void {
  const state = stateOf(record)
  if (state === 'Enabled' || others.includes(state)) return
  const [code, words] = refusals[state]
  throw fault(code, `${arn} ${words}`)
}

/** Throws for a key that is on its way out. */
export const mustNotBePendingDeletion = (key: Key): void =>
  mustBeEnabled(key, 'Disabled', 'PendingImport')

/** Throws InvalidKeyUsageException unless the key is for this. State comes first, as with AWS. */
export function mustBeFor(key: Key, usage: KeyUsageType, operation: string): void {
  mustBeEnabled(key)
  if (key.record.usage === usage) return
  throw fault(
    'InvalidKeyUsageException',
    `${key.arn} key usage is ${key.record.usage} which is not valid for ${operation}.`,
  )
}

/** Throws InvalidKeyUsageException unless a key of this spec knows the algorithm. */
export function mustKnow<T extends string>(
  key: Key,
  known: readonly T[] | undefined,
  algorithm: T,
): void {
  if (known?.includes(algorithm)) return
  throw fault(
    'InvalidKeyUsageException',
    `Algorithm ${algorithm} is incompatible with key spec ${key.record.spec}.`,
  )
}

/** The end of every call that only wanted to know whether it may. */
export function mustNotBeDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (!input.DryRun) return
  throw fault(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  )
}
