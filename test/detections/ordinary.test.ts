/** An hour of ordinary traffic raises nothing; the same hour with one incident in it raises just that. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Recorded } from '../../src/detections/act.ts'
import { type DetectionName, detectionNames } from '../../src/detections/detection.ts'
import type { Incident } from '../../src/detections/incident.ts'
import type { State } from '../../src/detections/store.ts'
import { Watch } from '../../src/detections/watch.ts'
import { account, Deployment, dayMs, hourMs, minuteMs, policyOf, trustOf } from './ordinary.ts'

const now = Date.UTC(2026, 5, 1, 12)
const limits = { learningMs: dayMs, denials: 10, reads: 300, times: 10 }
const digestKey = createSecretKey(randomBytes(32))
const began = now - 100 * dayMs

/** A deployment that detections have known for two days. */
async function known(seed: number): Promise<{ deployment: Deployment; watch: Watch }> {
  const deployment = new Deployment(seed, began)
  const kept = { recall: async () => undefined, find: async () => undefined, digestKey }
  const nothing = { reads: [], denials: [] }
  const state: State = { seq: 0, mark: '', since: now - 2 * dayMs, windows: nothing }
  const watch = new Watch({ kept, facts: deployment, limits, names: detectionNames }, state)
  await watch.look([...deployment.morning(now - 2 * dayMs)])
  await watch.look([...deployment.traffic(now - 2 * dayMs, 10 * minuteMs)])
  return { deployment, watch }
}

const incidents = ({ unwritten }: Watch): Incident[] => unwritten.map(({ incident }) => incident)

test('an hour of ordinary traffic is silent', async (t) => {
  const { deployment, watch } = await known(1)
  const records = [...deployment.traffic(now, hourMs)]
  await watch.look(records)
  t.diagnostic(`${records.length} records`)
  assert.ok(records.length > 25_000)
  assert.deepEqual(incidents(watch), [])
})

type Befall = (deployment: Deployment, at: number) => Recorded[]

const root = `arn:aws:iam::${account}:root`
const stranger = '999999999999'
const secretOf = ({ apps }: Deployment, at: number): string => apps[at]?.secrets[0] ?? ''
const roleOf = ({ apps }: Deployment, at: number): string => apps[at]?.role ?? ''
const deletedWords =
  "You can't perform this operation on the secret because it was marked for deletion."

const befalling: readonly (readonly [DetectionName, string, Befall])[] = [
  [
    'new-reader',
    'an old service reads an old secret of another',
    (house, at) => house.read(at, house.roleArn('ops'), secretOf(house, 3)),
  ],
  [
    'read-rate',
    'a service reads ten times what it did',
    (house, at) =>
      Array.from({ length: 400 }, () =>
        house.read(at, roleOf(house, 3), secretOf(house, 3)),
      ).flat(),
  ],
  [
    'pending-deletion',
    'a deleted secret is read',
    (house, at) => {
      const error = { code: 'InvalidRequestException', words: deletedWords }
      const secret = secretOf(house, 3)
      return [house.call(at, roleOf(house, 3), 'secretsmanager:GetSecretValue', secret, { error })]
    },
  ],
  [
    'denials',
    'ten doors are tried',
    (house, at) => Array.from({ length: 12 }, () => house.denied(at, roleOf(house, 3), 'x')),
  ],
  [
    'canary',
    'a canary is read, in vain',
    (house, at) => [
      house.denied(
        at,
        roleOf(house, 3),
        `arn:aws:secretsmanager:us-east-1:${account}:secret:canary-AbCdEf`,
      ),
    ],
  ],
  [
    'exposure',
    'a secret becomes public',
    (house, at) => {
      const parameters = { resourcePolicy: policyOf('*') }
      const action = 'secretsmanager:PutResourcePolicy'
      return [house.call(at, house.roleArn('ci'), action, secretOf(house, 3), { parameters })]
    },
  ],
  [
    'exposure',
    'a role trusts a stranger',
    (house, at) => {
      const parameters = { policyDocument: trustOf({ AWS: stranger }) }
      const action = 'iam:UpdateAssumeRolePolicy'
      return [house.call(at, house.roleArn('ci'), action, roleOf(house, 3), { parameters })]
    },
  ],
  ['root', 'root lists', (house, at) => [house.call(at, root, 'secretsmanager:ListSecrets')]],
]

describe('one incident among it', async () => {
  const { deployment, watch } = await known(7)
  let at = now
  for (const [detection, title, befall] of befalling) {
    test(`${detection}: ${title}`, async () => {
      const before = incidents(watch).length
      await watch.look([...deployment.traffic(at, minuteMs)])
      await watch.look(befall(deployment, at + minuteMs))
      await watch.look([...deployment.traffic(at + minuteMs, minuteMs)])
      at += 2 * minuteMs
      const told = incidents(watch).slice(before)
      assert.deepEqual(
        told.map((each) => each.detection),
        [detection],
      )
    })
  }
})
