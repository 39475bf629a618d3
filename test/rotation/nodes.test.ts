/**
 * Several nodes rotate what is due, and some are paused or killed in the midst: each rotation is done
 * once, and the login that a secret opens is always the one that AWSCURRENT holds.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Invoke } from '../../src/rotation/ports.ts'
import { until } from '../until.ts'
import { functionsOf, OneLogin, singleUser } from '../wire/secretsmanager/functions.ts'
import { account, type Nodes, openNodes, region } from './nodes.ts'

const RotationLambdaARN = `arn:aws:lambda:${region}:${account}:function:rotate`

interface Secret {
  readonly name: string
  readonly arn: string
  readonly login: OneLogin
}

async function secretsOf(nodes: Nodes, count: number): Promise<Secret[]> {
  const secrets: Secret[] = []
  for (let n = 0; n < count; n++) {
    const name = `secret-${n}`
    const { ARN } = await nodes.call('CreateSecret', { Name: name, SecretString: 'first' })
    await nodes.call('RotateSecret', { SecretId: name, RotationLambdaARN })
    secrets.push({ name, arn: ARN, login: new OneLogin('first') })
  }
  return secrets
}

/** The function of these secrets; `meanwhile` happens before each step. */
function functionOf(
  nodes: Nodes,
  secrets: readonly Secret[],
  meanwhile: (step: string, secret: Secret) => Promise<void> | void = () => {},
): Invoke {
  const byArn = new Map(secrets.map((each) => [each.arn, each]))
  return functionsOf(async (event, source) => {
    const secret = byArn.get(event.SecretId)
    assert.ok(secret)
    await meanwhile(event.Step, secret)
    await singleUser(() => nodes.client, secret.login)(event, source)
  }).invoke
}

const countTold = (nodes: Nodes, event: string) =>
  nodes.told.filter(({ name }) => name === event).length

async function mustBeWhole(nodes: Nodes, secrets: readonly Secret[]): Promise<void> {
  for (const { name, arn, login } of secrets) {
    const { SecretString } = await nodes.call('GetSecretValue', { SecretId: name })
    assert.ok(await login.opens(SecretString), `${name} opens its login`)
    const { VersionIdsToStages } = await nodes.call('DescribeSecret', { SecretId: name })
    const stages: string[][] = Object.values(VersionIdsToStages)
    assert.deepEqual(stages.map((each) => each.join()).sort(), [
      'AWSCURRENT,AWSPENDING',
      'AWSPREVIOUS',
    ])
    const done = nodes.told.filter(
      (event) => event.secretArn === arn && event.name === 'RotationSucceeded',
    )
    assert.equal(done.length, 1, `${name} was rotated once`)
  }
}

describe('several nodes', () => {
  test('share what is due: each secret is rotated once, each step invoked once', async () => {
    await using nodes = await openNodes()
    const secrets = await secretsOf(nodes, 16)
    const invoked = new Map<string, number>()
    const invoke = functionOf(nodes, secrets, (step, { name }) => {
      const key = `${name} ${step}`
      invoked.set(key, (invoked.get(key) ?? 0) + 1)
    })
    for (let n = 0; n < 3; n++) nodes.node(invoke, { leaseMs: 60_000 })
    await until(async () => countTold(nodes, 'RotationSucceeded') === 16)
    await mustBeWhole(nodes, secrets)
    assert.equal(invoked.size, 64)
    assert.ok([...invoked.values()].every((count) => count === 1))
    assert.deepEqual(nodes.complaints, [])
  })

  for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
    test(`one that is paused during ${step} loses its turns, and commits nothing afterwards`, async () => {
      await using nodes = await openNodes()
      const secrets = await secretsOf(nodes, 4)
      let isPaused = false
      const slow = nodes.node(
        functionOf(nodes, secrets, (at) => {
          if (at !== step || isPaused) return
          isPaused = true
          slow.pause()
        }),
        {},
      )
      await until(async () => isPaused)
      const fencesBefore = new Map<string, number>()
      for (const { name } of secrets) {
        fencesBefore.set(name, (await nodes.turn(name))?.fence ?? 0)
      }
      const other = nodes.node(functionOf(nodes, secrets), {})
      await until(async () => countTold(nodes, 'RotationSucceeded') === secrets.length)
      const turnsBefore = await Promise.all(secrets.map(({ name }) => nodes.turn(name)))
      slow.resume()
      await sleep(100)
      assert.deepEqual(await Promise.all(secrets.map(({ name }) => nodes.turn(name))), turnsBefore)
      await mustBeWhole(nodes, secrets)
      const lost = turnsBefore.filter((turn, n) => {
        return (turn?.fence ?? 0) > (fencesBefore.get(secrets[n]?.name ?? '') ?? 0)
      })
      assert.ok(lost.length > 0, 'the other node took over')
      await other.kill()
    })
  }

  test('are killed one after the other at random: the rest goes on, and nothing is done twice', async () => {
    await using nodes = await openNodes()
    const secrets = await secretsOf(nodes, 12)
    const invoke = functionOf(nodes, secrets, () => sleep(5))
    for (let round = 0; round < 6; round++) {
      const victim = nodes.node(invoke, {})
      const bystander = nodes.node(invoke, {})
      await sleep(40 + 30 * round)
      await Promise.all([victim.kill(), bystander.kill()])
    }
    nodes.node(invoke, {})
    await until(async () => countTold(nodes, 'RotationSucceeded') >= secrets.length)
    await mustBeWhole(nodes, secrets)
  })
})

test('what is left of a secret that is gone is forgotten, and of no other', async () => {
  await using nodes = await openNodes()
  const secrets = await secretsOf(nodes, 3)
  nodes.node(functionOf(nodes, secrets), {})
  await until(async () => countTold(nodes, 'RotationSucceeded') === 3)
  const gone = { SecretId: 'secret-1', ForceDeleteWithoutRecovery: true }
  await nodes.call('DeleteSecret', gone)
  await nodes.call('CreateSecret', { Name: 'secret-1', SecretString: 'another' })
  assert.equal(await nodes.sweep(), 1)
  assert.equal(await nodes.sweep(), 0)
  const left = await Promise.all(secrets.map(({ name }) => nodes.turn(name)))
  assert.deepEqual(
    left.map((turn) => turn?.state),
    ['succeeded', undefined, 'succeeded'],
  )
})
