/**
 * strongroom doctor: each thing that must be right, as ok or as one sentence how to mend it. A folder that is
 * served is looked at by its server; one that nobody serves is looked at from here, under its lock. Exit
 * code 1 if anything fails; warnings do not.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DiagnoseResponse } from '../contract/generated/strongroom.ts'
import type { Check } from '../doctor/check.ts'
import { compareClocks } from '../doctor/clock.ts'
import { examineFolder, examineShared } from '../examination.ts'
import { Refusal } from '../lib/fault.ts'
import type { SealFlags } from '../sealing.ts'
import { takeStoreUrl } from '../store/postgres/address.ts'
import { lockFolder } from '../store/sqlite/lock.ts'
import { callStrongroom, type Endpoint, readEndpoint } from './client.ts'
import { offlineSources } from './passphrase.ts'
import { plain } from './print.ts'

interface Flags extends SealFlags {
  readonly data?: string
  readonly store?: string
  readonly profile?: string
  readonly json?: boolean
}

export async function doctor(flags: Flags): Promise<void> {
  const checks = await look(flags)
  if (flags.json) process.stdout.write(`${JSON.stringify({ checks })}\n`)
  else for (const check of checks) process.stdout.write(lineOf(check))
  const failed = checks.filter(({ state }) => state === 'failure').length
  if (failed > 0) throw new Refusal(`${failed} of ${checks.length} checks failed.`)
}

async function look(flags: Flags): Promise<Check[]> {
  const path = resolve(flags.data ?? process.env.STRONGROOM_DATA ?? 'data')
  const storeUrl = takeStoreUrl(flags.store, process.env)
  const isHere = existsSync(storeUrl ? path : join(path, 'store.db'))
  const release = isHere ? lockUnlessServed(path) : undefined
  if (!release) return ask(readEndpoint(flags.profile ?? profileIn(path)))
  try {
    const sources = offlineSources(flags)
    return storeUrl
      ? await examineShared(path, storeUrl, sources)
      : await examineFolder(path, sources)
  } finally {
    release()
  }
}

function lockUnlessServed(path: string): (() => void) | undefined {
  try {
    return lockFolder(join(path, 'lock'))
  } catch (thrown) {
    if (thrown instanceof Refusal) return undefined
    throw thrown
  }
}

function profileIn(path: string): string | undefined {
  const file = join(path, 'root-credentials')
  return existsSync(file) ? file : undefined
}

async function ask(endpoint: Endpoint): Promise<Check[]> {
  const began = Date.now()
  const answer = await callStrongroom<Answer>(endpoint, 'Diagnose', {})
  const took = Date.now() - began
  const checks = answer.Checks.map(({ Name, State, Words }) => ({
    name: Name,
    state: State,
    words: Words,
  }))
  return [...checks, compareClocks(began, answer.ServerDate * 1000, took)]
}

/** On the wire, instants are seconds. */
type Answer = Omit<DiagnoseResponse, 'ServerDate'> & { readonly ServerDate: number }

const marks = { ok: 'ok  ', warning: 'warn', failure: 'FAIL' } as const

const lineOf = ({ name, state, words }: Check): string =>
  `${marks[state]}  ${name.padEnd(12)}  ${plain(words)}\n`
