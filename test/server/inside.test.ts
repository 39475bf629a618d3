/** The house as an AWS service: only what a resource's policy gives that service, and recorded. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { AccountId } from '../../src/lib/brand.ts'
import type { ServicePrincipal } from '../../src/server/inside.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'
import { account, keysOf, policy, raiseScene, roleArn, trust } from '../wire/sts/scene.ts'

const functionArn = `arn:aws:lambda:us-east-1:${account}:function:rotate`

describe('a service of the house', async () => {
  const scene = await raiseScene()
  after(() => scene[Symbol.asyncDispose]())
  const ann = await scene.user('ann', policy({ Effect: 'Allow', Action: '*', Resource: '*' }))
  await scene.role('Function', trust({ Service: 'lambda.amazonaws.com' }))
  await scene.role('Person', trust({ AWS: account }))
  await scene.role('Other', trust({ Service: 'events.amazonaws.com' }))
  await scene.role(
    'Bound',
    trust(
      { Service: 'lambda.amazonaws.com' },
      {
        ArnLike: { 'aws:SourceArn': functionArn },
        StringEquals: { 'aws:SourceAccount': account },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
        Null: { 'aws:SourceIp': 'true' },
      },
    ),
  )
  await scene.role('Anybody', trust('*', { ArnLike: { 'aws:SourceArn': functionArn } }))

  const assume = (
    role: string,
    sourceArn?: string,
    principal: ServicePrincipal = 'lambda.amazonaws.com',
  ) =>
    scene.house.enterAs(
      {
        principal,
        account: account as AccountId,
        region: 'us-east-1',
        ...(sourceArn !== undefined && { sourceArn }),
      },
      {
        service: 'sts',
        operation: 'AssumeRole',
        input: { RoleArn: roleArn(role), RoleSessionName: 'rotate' },
      },
    )
  const refused = { code: 'AccessDeniedException' }

  test('assumes a role that trusts it, with credentials that work', async () => {
    const sts = scene.sts(keysOf(await assume('Function')))
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
    assert.equal(Arn, `arn:aws:sts::${account}:assumed-role/Function/rotate`)
  })

  test('is refused by a role that trusts people, another service, or that is not there', async () => {
    for (const role of ['Person', 'Other', 'Absent']) await assert.rejects(assume(role), refused)
    await assert.rejects(assume('Function', undefined, 'secretsmanager.amazonaws.com'), refused)
  })

  test('a star for people does not mean services', async () => {
    await assert.rejects(assume('Anybody', functionArn), refused)
  })

  test('brings the resource that it acts for, which the trust may ask for', async () => {
    assert.ok(await assume('Bound', functionArn))
    await assert.rejects(assume('Bound', `${functionArn}2`), refused)
    await assert.rejects(assume('Bound'), refused)
  })

  test('nobody on the wire brings such a source', async () => {
    const sts = scene.sts(ann)
    sts.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> }
        headers['aws-sourcearn'] = functionArn
        headers['x-amz-source-arn'] = functionArn
        headers['x-amz-source-account'] = account
        return next(args)
      },
      { step: 'build' },
    )
    const command = new AssumeRoleCommand({ RoleArn: roleArn('Anybody'), RoleSessionName: 'ann' })
    await assert.rejects(sts.send(command), { name: 'AccessDenied' })
  })

  test('is recorded as CloudTrail records services', async () => {
    await assume('Bound', functionArn)
    const [record] = await new StrongroomRecords(scene.house).newest(1)
    assert.equal(record?.eventName, 'AssumeRole')
    assert.deepEqual(record?.userIdentity, {
      type: 'AWSService',
      invokedBy: 'lambda.amazonaws.com',
    })
    const { sourceIPAddress, userAgent, recipientAccountId } = record as unknown as Record<
      string,
      unknown
    >
    assert.deepEqual(
      [sourceIPAddress, userAgent, recipientAccountId],
      ['lambda.amazonaws.com', 'lambda.amazonaws.com', account],
    )
  })
})
