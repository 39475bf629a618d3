/**
 * docs/compat.md from the tables of the services that a house serves: every operation of each model,
 * done or refused, and what is only partly done in words. `node tools/compat.ts` writes it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { raise } from '../src/house.ts'
import type { Service } from '../src/services/operation.ts'
import { limitations } from './limitations.ts'

export const compatPath = new URL('../docs/compat.md', import.meta.url)

/** The page for these services. */
export function compatPage(services: ReadonlyMap<string, Service>): string {
  const sections = [...services.values()]
    .toSorted((a, b) => a.model.id.localeCompare(b.model.id))
    .map(sectionOf)
  return `${[
    '# What is there',
    '',
    'Made by `node tools/compat.ts` from the tables of the services; a test compares. **done**: answers as AWS does, as far as recorded behaviour,',
    "the model and AWS's documentation tell. **partly**: what is missing is said, and what is missing is refused, never ignored.",
    'Operations that are refused are answered by `NotImplemented` (501), and recorded like any answer.',
    '',
    ...sections,
  ].join('\n')}`
}

function sectionOf({ model, operations }: Service): string {
  const names = Object.keys(model.operations).sort()
  const notes = limitations[model.signingName] ?? {}
  const done = names.filter((name) => operations.has(name))
  const rows = done.map(
    (name) => `| ${name} | ${notes[name] ? `partly: ${notes[name]}` : 'done'} |`,
  )
  const refused = names.filter((name) => !operations.has(name))
  const general = notes['*'] ? [notes['*'], ''] : []
  const rest = refused.length > 0 ? ['', `Refused: ${refused.join(', ')}.`] : []
  return [
    `## ${model.id}: ${done.length} of ${names.length}`,
    '',
    ...general,
    '| operation | |',
    '|---|---|',
    ...rows,
    ...rest,
    '',
  ].join('\n')
}

/** The services of a house that is raised for the purpose, and taken down again. */
export async function servedServices(): Promise<ReadonlyMap<string, Service>> {
  const data = mkdtempSync(join(tmpdir(), 'strongroom-compat-'))
  const complain = (words: string) => process.stderr.write(`${words}\n`)
  const config = readConfig({ listen: '127.0.0.1:0', data }, {})
  const house = await raise(config, { complain, fatal: complain })
  await house.down()
  rmSync(data, { recursive: true })
  return house.services
}

if (import.meta.main) writeFileSync(compatPath, compatPage(await servedServices()))
