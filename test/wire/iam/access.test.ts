/** Reports on which services were last used when. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetAccountSummaryCommand,
  GetServiceLastAccessedDetailsCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { raiseHouse, type TestHouse } from '../../house.ts'
import { arn, awsArn, newcomer, refusal } from './cast.ts'

let house: TestHouse
let root: IAMClient

before(async () => {
  house = await raiseHouse()
  root = new IAMClient(house.client())
})
after(() => house[Symbol.asyncDispose]())

const generate = (Arn: string, more = {}) =>
  root.send(new GenerateServiceLastAccessedDetailsCommand({ Arn, ...more }))
const report = async (Arn: string) => {
  const { JobId } = await generate(Arn)
  return root.send(new GetServiceLastAccessedDetailsCommand({ JobId }))
}

test('refused: nobody’s ARN, absent, by action, another job', async () => {
  await assert.rejects(
    generate('arn:aws:kms:us-east-1:000000000000:key/k'),
    refusal('InvalidInputException', 'Invalid ARN:  Could not be parsed!'),
  )
  await assert.rejects(
    generate(arn('user/nobody')),
    refusal('NoSuchEntityException', 'The user with name nobody cannot be found.'),
  )
  await newcomer(house, 'ann')
  await assert.rejects(
    generate(arn('user/ann'), { Granularity: 'ACTION_LEVEL' }),
    refusal('InvalidInputException', 'Granularity ACTION_LEVEL is not supported here.'),
  )
  const JobId = '00000000-0000-0000-0000-000000000000'
  await assert.rejects(
    root.send(new GetServiceLastAccessedDetailsCommand({ JobId })),
    refusal('NoSuchEntityException', `The job with id ${JobId} cannot be found.`),
  )
})

test('services that are granted, and when they were used', async () => {
  const ben = await newcomer(house, 'ben')
  await root.send(new CreateGroupCommand({ GroupName: 'dev' }))
  const PolicyArn = awsArn('AWSKeyManagementServicePowerUser')
  await root.send(new AttachGroupPolicyCommand({ GroupName: 'dev', PolicyArn }))
  await root.send(
    new AttachGroupPolicyCommand({ GroupName: 'dev', PolicyArn: awsArn('IAMReadOnlyAccess') }),
  )
  await root.send(new AddUserToGroupCommand({ GroupName: 'dev', UserName: 'ben' }))
  const before = await report(arn('user/ben'))
  assert.equal(before.JobStatus, 'COMPLETED')
  assert.deepEqual(
    before.ServicesLastAccessed?.map((each) => [
      each.ServiceNamespace,
      each.TotalAuthenticatedEntities,
    ]),
    [
      ['iam', 0],
      ['kms', 0],
    ],
  )
  await ben.send(new GetAccountSummaryCommand({}))
  for (const about of [arn('user/ben'), arn('group/dev'), PolicyArn]) {
    const { ServicesLastAccessed } = await report(about)
    const used = ServicesLastAccessed?.find(({ ServiceNamespace }) => ServiceNamespace === 'iam')
    assert.equal(used?.LastAuthenticatedEntity, arn('user/ben'))
    assert.equal(used?.LastAuthenticatedRegion, 'us-east-1')
    assert.ok(used?.LastAuthenticated)
  }
})

test('nothing of this was our own fault', () => {
  assert.deepEqual(house.complaints, [])
})
