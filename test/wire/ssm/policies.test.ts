/**
 * Parameter policies: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DescribeParametersCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { until } from '../../until.ts'
import { raiseScene, refused, type Scene } from './scene.ts'

const day = 86_400_000
let now = Date.now()
let scene: Scene
before(async () => {
  scene = await raiseScene({ world: { clock: { now: () => now } } })
})
after(() => scene[Symbol.asyncDispose]())

const policy = (Type: string, Attributes: object) => ({ Type, Version: '1.0', Attributes })
const put = (policies: unknown, input = {}) =>
  scene.root.send(
    new PutParameterCommand({
      ...{ Name: '/policies/one', Value: 'v', Type: 'String', Tier: 'Advanced', Overwrite: true },
      Policies: typeof policies === 'string' ? policies : JSON.stringify(policies),
      ...input,
    }),
  )

const inADay = () => ({ Timestamp: new Date(now + day).toISOString() })

test('out of bounds: no JSON, no such type, no date, twice, alone, too many, in the standard tier', async () => {
  await refused(put('{'), 'InvalidPolicyAttributeException')
  await refused(put([policy('Nothing', {})]), 'InvalidPolicyTypeException')
  await refused(put([policy('constructor', {})]), 'InvalidPolicyTypeException')
  await refused(
    put([policy('Expiration', { Timestamp: 'soon' })]),
    'InvalidPolicyAttributeException',
  )
  await refused(
    put([policy('NoChangeNotification', { After: '0', Unit: 'Days' })]),
    'InvalidPolicyAttributeException',
  )
  const expiration = policy('Expiration', inADay())
  await refused(put([expiration, expiration]), 'IncompatiblePolicyException')
  const notice = policy('ExpirationNotification', { Before: '2', Unit: 'Hours' })
  await refused(put([notice]), 'IncompatiblePolicyException')
  await refused(put(Array(11).fill(expiration)), 'PoliciesLimitExceededException')
  await refused(
    put([expiration], { Tier: 'Standard' }),
    'ValidationException',
    /advanced-parameter tier/,
  )
})

test('it is told that one will expire, that nobody changed it, and it goes', async () => {
  await put([
    policy('Expiration', inADay()),
    policy('ExpirationNotification', { Before: '2', Unit: 'Hours' }),
    policy('NoChangeNotification', { After: '20', Unit: 'Hours' }),
  ])
  const [shown] = (await scene.root.send(new DescribeParametersCommand({}))).Parameters ?? []
  assert.deepEqual(
    shown?.Policies?.map(({ PolicyType, PolicyStatus }) => [PolicyType, PolicyStatus]),
    [
      ['Expiration', 'Pending'],
      ['ExpirationNotification', 'Pending'],
      ['NoChangeNotification', 'Pending'],
    ],
  )
  now += day - 1
  await scene.house.restart()
  const Name = '/policies/one'
  const left = await statusesOnce('Finished')
  assert.deepEqual(left, ['Pending', 'Finished', 'Finished'])
  now += 1
  await scene.house.restart()
  await untilGone(Name)
})

/** What is due is done at the start, and is not waited for. */
async function statusesOnce(status: string): Promise<(string | undefined)[]> {
  return until(async () => {
    const { Parameters: [shown] = [] } = await clientOf().send(new DescribeParametersCommand({}))
    const statuses = shown?.Policies?.map(({ PolicyStatus }) => PolicyStatus) ?? []
    return statuses.filter((each) => each === status).length === 2 && statuses
  })
}

const untilGone = (Name: string): Promise<boolean> =>
  until(async () => {
    try {
      return !(await clientOf().send(new GetParameterCommand({ Name })))
    } catch (thrown) {
      assert.equal((thrown as Error).name, 'ParameterNotFound')
      return true
    }
  })

/** After a restart the house has another port; its clock is ahead of the machine's. */
const clientOf = () =>
  new SSMClient({ ...scene.house.client(), systemClockOffset: now - Date.now() })
