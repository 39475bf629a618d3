/** Who may import whom, as data; and that a trespasser is caught. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, test } from 'node:test'

/** A room may import itself and these. A name with a slash is one file or one room inside a room. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  contract: [],
  cache: [],
  rotators: ['lib'],
  sigv4: ['lib'],
  keyring: ['lib'],
  store: ['lib'],
  seals: ['lib', 'keyring', 'sigv4', 'store'],
  policy: ['lib'],
  wire: ['lib', 'contract'],
  identity: ['lib', 'sigv4'],
  audit: ['lib', 'store'],
  rotation: ['lib', 'store'],
  functions: ['lib'],
  metrics: ['lib'],
  workers: [],
  events: ['lib', 'store'],
  detections: ['lib', 'store', 'audit', 'policy'],
  backup: ['lib', 'store', 'keyring'],
  doctor: ['lib', 'store'],
  'services/operation.ts': ['lib', 'contract', 'policy', 'store'],
  services: ['lib', 'contract', 'policy', 'keyring', 'services/operation.ts'],
  server: [
    'lib',
    'contract',
    'wire',
    'identity',
    'sigv4',
    'policy',
    'audit',
    'store',
    'services/operation.ts',
  ],
  agent: ['lib', 'sigv4', 'cache'],
  cli: ['lib', 'contract', 'rotators', 'sigv4', 'wire', 'backup'],
  'cli/agent.ts': ['lib', 'agent'],
}

/** Wiring only: may import everything. */
const outside = new Set([
  'main.ts',
  'embed.ts',
  'house.ts',
  'ground.ts',
  'rooms.ts',
  'storing.ts',
  'hall.ts',
  'ports.ts',
  'invoking.ts',
  'eventing.ts',
  'sending.ts',
  'lines.ts',
  'rotating.ts',
  'alarming.ts',
  'audit-group.ts',
  'accounting.ts',
  'counting.ts',
  'metering.ts',
  'sources.ts',
  'registry.ts',
  'chores.ts',
  'outlets.ts',
  'duties.ts',
  'trails.ts',
  'detecting.ts',
  'detect-config.ts',
  'things.ts',
  'watching.ts',
  'export-config.ts',
  'inventory.ts',
  'pages.ts',
  'world.ts',
  'config.ts',
  'folder.ts',
  'sharing.ts',
  'employing.ts',
  'working.ts',
  'worker.ts',
  'worker-config.ts',
  'sealing.ts',
  'custody.ts',
  'credentials.ts',
  'backups.ts',
  'restore.ts',
  'drill.ts',
  'copyist.ts',
  'looking.ts',
  'examination.ts',
])

/** Commands that are the house's own door or work on a stopped store, and so reach the wiring. */
const wiringCommands = new Set([
  'cli/serve.ts',
  'cli/dev.ts',
  'cli/reset.ts',
  'cli/restore.ts',
  'cli/passphrase.ts',
  'cli/verify.ts',
  'cli/seal.ts',
  'cli/doctor.ts',
])

/** Services whose records and rules stand in a room of their own, which works where nobody calls. */
const ruledBy: Readonly<Record<string, string>> = { 'services/events': 'events' }

/** The runtime dependencies that a room may name; all others may name none. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  lib: ['croner'],
  rotators: ['fflate'],
  agent: ['ini', 'smol-toml'],
  store: ['pg'],
  wire: ['cborg', 'xmlbuilder'],
  metrics: ['prom-client'],
  cli: ['@clack/prompts', 'commander', 'ini'],
  'services/sts': ['jose'],
}

interface Import {
  readonly from: string
  readonly to: string
}

/** Why an import trespasses; `undefined` if it may stand. */
function trespass({ from, to }: Import): string | undefined {
  if (outside.has(from) || wiringCommands.has(from)) return undefined
  if (to.endsWith('.test.ts')) return 'imports a test'
  const room = roomOf(from)
  if (!/^\.|\.ts$/.test(to)) return libraryTrespass(room, from, to)
  if (roomOf(to) === room) return engineTrespass(from, to)
  if (ruledBy[room] === roomOf(to)) return undefined
  if (room.startsWith('services/') && !allowed[from]) return serviceTrespass(from, to)
  const may = allowed[from] ?? allowed[room] ?? []
  return may.includes(roomOf(to)) || may.includes(to) ? undefined : `${room} imports ${to}`
}

/** Inside a service only store.ts knows the store; the ports of iam read attempts, too. */
function serviceTrespass(from: string, to: string): string | undefined {
  const target = roomOf(to)
  if (target === 'store')
    return /\/(?:store|stores\/\w+|principals|root|sweep|reseal)\.ts$/.test(from)
      ? undefined
      : `${from} imports the store`
  const may = allowed.services ?? []
  return may.includes(target) || may.includes(to) ? undefined : `${from} imports ${to}`
}

function engineTrespass(from: string, to: string): string | undefined {
  const engines = ['store/sqlite/', 'store/postgres/']
  const [a, b] = [from, to].map((path) => engines.find((engine) => path.startsWith(engine)))
  // The one file that knows them all.
  if (from === 'store/place.ts') return undefined
  if (!from.startsWith('store/') || b === undefined || a === b) return undefined
  return `${from} imports an engine`
}

function libraryTrespass(room: string, from: string, to: string): string | undefined {
  if (to.startsWith('node:')) return undefined
  return libraries[room]?.includes(to) ? undefined : `${from} imports the package ${to}`
}

/** `services/iam` for what is inside a service, else the first folder, else the file. */
function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  if (first !== 'services') return path.includes('/') ? first : path
  return second.endsWith('.ts') ? `services/${second}` : `services/${second}`
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join('src', file), 'utf8')
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)|\n\s*import\s+['"]([^'"]+)['"]/g,
  )
  return [...found].map(([, a, b, c]) => {
    const to = a ?? b ?? c ?? ''
    return { from: file, to: to.startsWith('.') ? normalize(join(dirname(file), to)) : to }
  })
}

const files = globSync('**/*.ts', { cwd: 'src' }).filter((file) => !file.endsWith('.test.ts'))
const imports = files.flatMap(importsOf)

describe('walls', () => {
  test('nobody trespasses', () => {
    assert.ok(imports.length > 300, 'the imports were read')
    assert.deepEqual(imports.map(trespass).filter(Boolean), [])
  })

  test('the graph of files has no cycle', () => {
    const targets = new Map(files.map((file) => [file, importsOf(file).map((each) => each.to)]))
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (file: string): void => {
      if (state.get(file) === 'done') return
      if (state.get(file) === 'open') {
        cycles.push(file)
        return
      }
      state.set(file, 'open')
      for (const to of targets.get(file) ?? []) if (targets.has(to)) visit(to)
      state.set(file, 'done')
    }
    for (const file of files) visit(file)
    assert.deepEqual(cycles, [])
  })

  const trespassers: readonly (readonly [from: string, to: string])[] = [
    ['lib/arn.ts', 'contract/model.ts'],
    ['policy/decide.ts', 'store/store.ts'],
    ['store/store.ts', 'store/sqlite/engine.ts'],
    ['store/sqlite/engine.ts', 'store/postgres/engine.ts'],
    ['services/iam/getUser.ts', 'services/sts/index.ts'],
    ['services/iam/getUser.ts', 'store/attempt.ts'],
    ['services/iam/getUser.ts', 'server/answer.ts'],
    ['wire/json.ts', 'services/operation.ts'],
    ['keyring/keyring.ts', 'commander'],
    ['sigv4/sign.ts', 'ini'],
    ['server/answer.ts', 'services/iam/index.ts'],
    ['cli/tail.ts', 'house.ts'],
    ['cache/cache.ts', 'lib/arn.ts'],
    ['services/iam/getUser.ts', 'events/store.ts'],
    ['events/store.ts', 'services/events/index.ts'],
    ['agent/client.ts', 'services/operation.ts'],
    ['cli/get.ts', 'agent/agent.ts'],
  ]
  for (const [from, to] of trespassers) {
    test(`${from} may not import ${to}`, () => {
      assert.notEqual(trespass({ from, to }), undefined)
    })
  }
})
