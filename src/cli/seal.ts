/**
 * strongroom seal and strongroom store: the seal of a server, its root key and its store key, changed
 * while it serves. Secrets come from the environment, an open file or the terminal, never as words.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from '../lib/fault.ts'
import { readSealSources, type SealFlags } from '../sealing.ts'
import { Bar } from './bar.ts'
import { callStrongroom, type Endpoint, readEndpoint } from './client.ts'
import { askPassphrase } from './passphrase.ts'
import { plain } from './print.ts'

interface Flags extends SealFlags {
  readonly profile?: string
}

interface View {
  readonly Seal: string
  readonly ToldSeal?: string
  readonly State: 'STEADY' | 'MOVING'
  readonly LastMove?: { readonly To: string; readonly Failure?: string }
  readonly StoreKeys: readonly {
    readonly Id: number
    readonly CreatedDate: number
    readonly State: 'SEALING' | 'RESEALING' | 'OPENING'
  }[]
  readonly Resealing?: { readonly Done: number; readonly Total: number }
}

const lookMilliseconds = 300

const describe = (endpoint: Endpoint): Promise<View> => callStrongroom(endpoint, 'DescribeSeal', {})

const words = {
  SEALING: 'seals',
  RESEALING: 'opens; what it sealed is being sealed anew',
  OPENING: 'opens the older journal',
} as const

export async function status(flags: Flags & { readonly json?: boolean }): Promise<void> {
  const view = await describe(readEndpoint(flags.profile))
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(view)}\n`)
    return
  }
  const { Seal, State, LastMove, StoreKeys, Resealing } = view
  const lines = [
    `seal       ${plain(Seal)}${State === 'MOVING' ? ', and another one that it moves to' : ''}`,
    ...(LastMove?.Failure
      ? [`last move  to ${plain(LastMove.To)} was given up: ${plain(LastMove.Failure)}`]
      : []),
    ...StoreKeys.map(
      ({ Id, CreatedDate, State }) =>
        `store key  ${Id}, made ${new Date(CreatedDate * 1000).toISOString()}: ${words[State]}`,
    ),
    ...(Resealing ? [`resealing  ${Resealing.Done} of ${Resealing.Total} records`] : []),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

export async function rewrap(flags: Flags & { readonly to: string }): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const Secret = await secretFor(flags.to, flags)
  await callStrongroom(endpoint, 'RewrapSeal', { To: flags.to, ...(Secret && { Secret }) })
  await moved(endpoint)
}

export async function rotate(flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const { Seal } = await describe(endpoint)
  const Secret = Seal === 'passphrase' ? await secretFor(Seal, flags) : undefined
  await callStrongroom(endpoint, 'RotateSeal', { ...(Secret && { Secret }) })
  await moved(endpoint)
}

/** What the server needs for a seal whose secret is not where it can read it. */
async function secretFor(seal: string, flags: Flags): Promise<string | undefined> {
  const { rootKey, passphrase } = readSealSources(
    { passphraseFd: flags.passphraseFd },
    { ...process.env },
  )
  if (seal === 'env') {
    if (rootKey !== undefined) return rootKey.trim()
    throw new Refusal(
      'STRONGROOM_ROOT_KEY is not set: set it to the new key, such as "openssl rand -hex 32" makes one.',
    )
  }
  if (seal !== 'passphrase') return undefined
  if (passphrase !== undefined) return passphrase
  if (process.stdin.isTTY) return askPassphrase(true)
  throw new Refusal(
    'The new passphrase is missing: type it on a terminal, or give it by STRONGROOM_PASSPHRASE or --passphrase-fd.',
  )
}

/** Waits until one seal is left, and says which. */
async function moved(endpoint: Endpoint): Promise<void> {
  for (;;) {
    const { Seal, State, ToldSeal, LastMove } = await describe(endpoint)
    if (State === 'STEADY') {
      const seal = plain(Seal)
      if (LastMove?.Failure !== undefined) {
        throw new Refusal(`The store is still sealed by ${seal}: ${plain(LastMove.Failure)}`)
      }
      process.stdout.write(`${seal}\n`)
      process.stderr.write(
        `strongroom: the store opens by ${seal} and by nothing else; older backups open by what it had when they were made\n`,
      )
      if (ToldSeal !== undefined && ToldSeal !== Seal) {
        process.stderr.write(
          `strongroom: the server was started with --seal ${plain(ToldSeal)}: take that away before it starts again\n`,
        )
      }
      return
    }
    await sleep(lookMilliseconds)
  }
}

/** strongroom store rotate: waits until everything is sealed anew. */
export async function rotateStore(flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const { StoreKeyId } = await callStrongroom<{ StoreKeyId: number }>(
    endpoint,
    'RotateStoreKey',
    {},
  )
  const bar = new Bar('sealing anew')
  try {
    for (;;) {
      const { State, StoreKeys, Resealing } = await describe(endpoint)
      const isDone = StoreKeys.every(({ State }) => State !== 'RESEALING')
      if (isDone && State === 'STEADY') break
      if (Resealing) bar.at(Resealing.Done, Resealing.Total)
      await sleep(lookMilliseconds)
    }
  } finally {
    bar.end()
  }
  process.stdout.write(`${StoreKeyId}\n`)
  process.stderr.write(`strongroom: every record is sealed under store key ${StoreKeyId}\n`)
}
