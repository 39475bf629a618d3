/**
 * Dashboards are kept and given back.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
} from '@aws-sdk/client-cloudwatch'
import { account, raiseScene, refused, type Scene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const body = '{ "widgets": [] }'
const put = (DashboardName: string, DashboardBody = body) =>
  scene.root.send(new PutDashboardCommand({ DashboardName, DashboardBody }))
const get = (DashboardName: string) => scene.root.send(new GetDashboardCommand({ DashboardName }))
const remove = (...DashboardNames: string[]) =>
  scene.root.send(new DeleteDashboardsCommand({ DashboardNames }))
const list = async (DashboardNamePrefix?: string) =>
  (await scene.root.send(new ListDashboardsCommand({ DashboardNamePrefix }))).DashboardEntries

test('out of bounds: a name, a body', async () => {
  await refused(put('a b'), 'InvalidParameterValueException')
  for (const text of ['', 'no', '[]', '{"a":1,"a":2}']) {
    await refused(put('wrong', text), 'DashboardInvalidInputError')
  }
})

test('not allowed', async () => {
  await put('closed')
  const nobody = await scene.as('cloudwatch:GetDashboard', `arn:aws:cloudwatch::${account}:*open`)
  const asked = new GetDashboardCommand({ DashboardName: 'closed' })
  await refused(nobody.send(asked), 'AccessDenied', /dashboard\/closed/)
})

test('absent: nothing of a call goes where one is not there', async () => {
  await put('left')
  // The SDK takes the query protocol's code, which several errors share.
  await refused(get('absent'), 'ResourceNotFound', 'Dashboard absent does not exist')
  await refused(remove('left', 'absent'), 'ResourceNotFound')
  await refused(remove(), 'InvalidParameterValueException')
  assert.equal((await get('left')).DashboardBody, body)
})

test('done, done twice: given back to the letter, listed, tagged, removed', async () => {
  const Tags = [{ Key: 'a', Value: 'b' }]
  const made = { DashboardName: 'done-1', DashboardBody: body, Tags }
  await scene.root.send(new PutDashboardCommand(made))
  await put('done-1', `${body}\n`)
  await put('done-2')
  const { DashboardArn, DashboardBody } = await get('done-1')
  assert.equal(DashboardArn, `arn:aws:cloudwatch::${account}:dashboard/done-1`)
  assert.equal(DashboardBody, `${body}\n`)
  const tags = new ListTagsForResourceCommand({ ResourceARN: DashboardArn })
  assert.deepEqual((await scene.root.send(tags)).Tags, Tags)
  const entries = await list('done-')
  assert.deepEqual(
    entries?.map(({ DashboardName, Size }) => [DashboardName, Size]),
    [
      ['done-1', body.length + 1],
      ['done-2', body.length],
    ],
  )
  assert.deepEqual(await list('x y'), [])
  await remove('done-1', 'done-2')
  assert.deepEqual(await list('done-'), [])
})
