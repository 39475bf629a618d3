/**
 * Secrets from one side to the other. A version keeps its id, so that both sides can be compared without
 * reading a value, and what was taken over once is not taken over again. Nothing is deleted.
 */
import { Refusal } from '../lib/fault.ts'
import { Bar } from './bar.ts'
import { callSecrets, type Endpoint } from './client.ts'
import { confirm } from './confirm.ts'
import { type Listed, listSecrets } from './listing.ts'
import { printJson, say } from './plan.ts'
import { mustBeName } from './put.ts'
import { table } from './table.ts'

export interface Transfer {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly prefix: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

interface Difference {
  readonly name: string
  readonly change: 'new' | 'changed' | 'same' | 'only there' | 'being deleted there' | 'managed'
  readonly version: string
  readonly theirs: string
  /** Whether the other side changed it later. */
  readonly isNewer: boolean
  readonly source: Listed | undefined
}

const currentLabel = 'AWSCURRENT'

export async function transfer(wanted: Transfer): Promise<void> {
  const { from, to, prefix } = wanted
  const [sources, targets] = await Promise.all([
    listSecrets(from, prefix),
    listSecrets(to, prefix, { isDeletedToo: true }),
  ])
  const differences = compare(sources, targets)
  show(differences, wanted)
  if (wanted.dryRun) return
  const due = differences.filter(({ change }) => change === 'new' || change === 'changed')
  if (due.length === 0) return say('there is nothing to take over.')
  if (!(await confirm(`Take over ${due.length}?`, wanted.yes))) {
    throw new Refusal('Nothing was written. (--yes agrees beforehand.)')
  }
  const bar = new Bar('taking over')
  try {
    for (const [at, each] of due.entries()) {
      bar.at(at, due.length)
      await takeOver(wanted, each)
    }
  } finally {
    bar.end()
  }
  say(`taken over: ${due.length}`)
}

function compare(sources: readonly Listed[], targets: readonly Listed[]): Difference[] {
  const there = new Map(targets.map((each) => [each.Name, each]))
  const here = new Set(sources.map(({ Name }) => Name))
  return [
    ...sources.map((source) => differenceOf(source.Name, source, there.get(source.Name))),
    ...targets
      .filter(({ Name, DeletedDate }) => !here.has(Name) && DeletedDate === undefined)
      .map((target) => differenceOf(target.Name, undefined, target)),
  ]
}

function differenceOf(name: string, source?: Listed, target?: Listed): Difference {
  const [version, theirs] = [versionOf(source), versionOf(target)]
  const changes: readonly (readonly [Difference['change'], boolean])[] = [
    ['only there', source === undefined],
    ['managed', source?.OwningService !== undefined],
    ['new', target === undefined],
    ['being deleted there', target?.DeletedDate !== undefined],
    ['same', version === theirs],
  ]
  const change = changes.find(([, holds]) => holds)?.[0] ?? 'changed'
  const isNewer = Number(target?.LastChangedDate ?? 0) > Number(source?.LastChangedDate ?? 0)
  return { name, change, version, theirs, source, isNewer: change === 'changed' && isNewer }
}

function versionOf(secret: Listed | undefined): string {
  const versions = Object.entries(secret?.SecretVersionsToStages ?? {})
  return versions.find(([, labels]) => labels.includes(currentLabel))?.[0] ?? '-'
}

function show(differences: readonly Difference[], { json }: Transfer): void {
  if (json) {
    for (const { source: _source, ...each } of differences) printJson(each)
    return
  }
  const rows = differences.map(({ name, change, version, theirs, isNewer }) => [
    ...[name, isNewer ? `${change} (newer there)` : change, version, theirs],
  ])
  process.stdout.write(table(['SECRET', 'CHANGE', 'VERSION', 'THERE'], rows))
}

interface Got {
  readonly VersionId: string
  readonly SecretString?: string
  readonly SecretBinary?: string
}

interface Written {
  readonly VersionId: string
  readonly VersionStages?: readonly string[]
}

/** The value that is current when it is read; its version has the same id on both sides. */
async function takeOver({ from, to }: Transfer, difference: Difference): Promise<void> {
  const { name, change, theirs, source } = difference
  if (!source) return
  mustBeName(name)
  const got = await callSecrets<Got>(from, 'GetSecretValue', { SecretId: source.ARN })
  const { VersionId: ClientRequestToken, SecretString, SecretBinary } = got
  const value = { SecretString, SecretBinary, ClientRequestToken }
  if (change === 'new') {
    const Tags = source.Tags?.filter(({ Key = '' }) => !Key.startsWith('aws:'))
    const Description = source.Description || undefined
    await callSecrets(to, 'CreateSecret', { Name: name, Description, Tags, ...value })
    return
  }
  const input = { SecretId: name, ...value }
  const { VersionStages = [] } = await callSecrets<Written>(to, 'PutSecretValue', input)
  // A version that was there already, as after a way back, is not made current by being put again.
  if (VersionStages.includes(currentLabel)) return
  await callSecrets(to, 'UpdateSecretVersionStage', {
    ...{ SecretId: name, VersionStage: currentLabel },
    ...{ MoveToVersionId: ClientRequestToken, RemoveFromVersionId: theirs },
  })
}
