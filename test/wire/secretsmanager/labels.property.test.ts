/**
 * Versions and labels against a small model: whatever the order of calls, at most one AWSCURRENT and
 * never lost once there was one, AWSPREVIOUS where AWSCURRENT left last, no label on two versions, no
 * version lost, every value as it was put.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { callJson, keepAlive } from '../../raw.ts'

let house: TestHouse
const agent = keepAlive(1)
before(async () => {
  house = await raiseHouse()
})
after(async () => {
  agent.destroy()
  await house[Symbol.asyncDispose]()
})

interface Answer {
  readonly __type?: string
  readonly Versions?: { VersionId: string; VersionStages?: string[] }[]
  readonly SecretString?: string
}

async function call(operation: string, input: object): Promise<Answer> {
  const sent = { url: house.url, keys: house.root, agent }
  return JSON.parse((await callJson(`secretsmanager.${operation}`, input, sent)).body)
}

/** Version 0 to 4; a real id is this number behind zeroes and the run's own mark. */
type Id = number
type Put = { kind: 'put'; id: Id; value: string; labels: string[] | undefined }
type Update = { kind: 'update'; id: Id; value: string }
type Move = { kind: 'move'; label: string; from: Id | undefined; to: Id | undefined }
type Step = Put | Update | Move

const labelNames = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', 'blue', '__proto__']
const id = fc.nat({ max: 4 })
const value = fc.constantFrom('x', 'y')
const label = fc.constantFrom(...labelNames)
const maybeId = fc.option(id, { nil: undefined })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    id,
    value,
    labels: fc.option(fc.uniqueArray(label, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('update' as const), id, value }),
  fc.record({ kind: fc.constant('move' as const), label, from: maybeId, to: maybeId }),
)

/** What should be: values by version, versions by label. */
class Model {
  readonly values = new Map<Id, string>()
  readonly labels = new Map<string, Id>()

  /** Takes a step; gives the code of its refusal, if it is to be refused. */
  take(step: Step): string | undefined {
    if (step.kind === 'move') return this.#move(step)
    const before = this.values.get(step.id)
    if (before !== undefined) {
      return before === step.value ? undefined : 'ResourceExistsException'
    }
    const asked = step.kind === 'put' ? step.labels : undefined
    const first = this.values.size === 0 ? ['AWSCURRENT'] : []
    this.values.set(step.id, step.value)
    this.#give(step.id, [...(asked ?? ['AWSCURRENT']), ...first])
    return undefined
  }

  #give(to: Id, names: readonly string[]): void {
    const left = this.labels.get('AWSCURRENT')
    for (const name of names) this.labels.set(name, to)
    if (!names.includes('AWSCURRENT') || left === undefined || left === to) return
    this.labels.set('AWSPREVIOUS', left)
    if (this.labels.get('AWSPENDING') === left) this.labels.delete('AWSPENDING')
  }

  #move({ label: name, from, to }: Move): string | undefined {
    if (from === undefined && to === undefined) return 'InvalidParameterException'
    if (from !== undefined && !this.values.has(from)) return 'ResourceNotFoundException'
    if (to !== undefined && !this.values.has(to)) return 'ResourceNotFoundException'
    if (name === 'AWSCURRENT' && to === undefined) return 'InvalidParameterException'
    const holder = this.labels.get(name)
    if (to !== undefined && holder === to) return undefined
    if (holder !== from) return 'InvalidParameterException'
    if (to === undefined) this.labels.delete(name)
    else this.#give(to, [name])
    return undefined
  }
}

test('any order of calls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const run = randomUUID()
      const SecretId = `property/${run}`
      const idOf = (version: Id) => `${run.slice(0, 31)}${version}`
      const model = new Model()
      let hadCurrent = false
      await call('CreateSecret', { Name: SecretId, ClientRequestToken: randomUUID() })

      for (const step of steps) {
        const { __type } = await call(...requestOf(step, SecretId, idOf))
        assert.equal(__type, model.take(step), JSON.stringify(step))

        const { Versions = [] } = await call('ListSecretVersionIds', {
          SecretId,
          IncludeDeprecated: true,
        })
        const stages = Versions.flatMap((each) => each.VersionStages ?? [])
        assert.equal(new Set(stages).size, stages.length, 'no label on two versions')
        assert.ok(!hadCurrent || stages.includes('AWSCURRENT'), 'AWSCURRENT is not lost')
        hadCurrent ||= stages.includes('AWSCURRENT')
        assert.deepEqual(
          Versions.map((each) => [each.VersionId, each.VersionStages ?? []]).sort(),
          [...model.values.keys()].map((each) => [idOf(each), labelsOn(model, each)]).sort(),
        )
      }
      for (const [version, SecretString] of model.values) {
        const read = await call('GetSecretValue', { SecretId, VersionId: idOf(version) })
        assert.equal(read.SecretString, SecretString)
      }
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 15) },
  )
  assert.deepEqual(house.complaints, [])
})

const labelsOn = ({ labels }: Model, version: Id): string[] =>
  [...labels].flatMap(([name, on]) => (on === version ? [name] : [])).sort()

function requestOf(
  step: Step,
  SecretId: string,
  idOf: (version: Id) => string,
): [operation: string, input: object] {
  if (step.kind === 'move') {
    const [from, to] = [step.from, step.to].map((each) => each !== undefined && idOf(each))
    const ends = { ...(from && { RemoveFromVersionId: from }), ...(to && { MoveToVersionId: to }) }
    return ['UpdateSecretVersionStage', { SecretId, VersionStage: step.label, ...ends }]
  }
  const input = { SecretId, ClientRequestToken: idOf(step.id), SecretString: step.value }
  if (step.kind === 'update') return ['UpdateSecret', input]
  return ['PutSecretValue', { ...input, ...(step.labels && { VersionStages: step.labels }) }]
}
