/** What a function is given is told to the function and to who may read it, and to nobody else. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { StrongroomRecords } from '../strongroom/records.ts'
import { raiseScene, zipOf } from './scene.ts'

const canary = (kind: string) => `canary${kind}${randomBytes(12).toString('hex')}`

/** A text as it is, and in the forms that it could have on a disk or in a log. */
const formsOf = (text: string): string[] => [
  text,
  Buffer.from(text).toString('hex'),
  // Without what stands before and behind it in three places.
  ...[0, 1, 2].map((shift) =>
    Buffer.from('x'.repeat(shift) + text)
      .toString('base64')
      .slice(4, -4),
  ),
]

test('environment, events, contexts and code are in no audit record, no log and no file', async () => {
  await using scene = await raiseScene()
  const planted = {
    first: canary('first'),
    second: canary('second'),
    refused: canary('refused'),
    event: canary('event'),
    queued: canary('queued'),
    context: canary('context'),
    code: canary('code'),
  }
  const variables = (KEY: string) => ({ Environment: { Variables: { KEY } } })
  const FunctionName = 'secretive'
  await scene.make(FunctionName, {
    ...variables(planted.first),
    Code: { ZipFile: zipOf(`async (event) => ({ event, code: '${planted.code}' })`) },
  })
  await scene.root.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, ...variables(planted.second) }),
  )
  const long = planted.refused + 'x'.repeat(4096)
  const change = { FunctionName, Description: long.slice(0, 10), ...variables(long) }
  const refused = await scene.root
    .send(new UpdateFunctionConfigurationCommand(change))
    .catch((thrown) => thrown)
  assert.equal(refused.name, 'InvalidParameterValueException')
  assert.doesNotMatch(refused.message, /canary/)
  await assert.rejects(
    scene.root.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        Environment: { Variables: { [planted.refused]: 'a', 'no name': planted.refused } },
      }),
    ),
    (thrown: Error) => thrown.name === 'ValidationException' && !/canary/.test(thrown.message),
  )
  await scene.root.send(
    new InvokeCommand({
      FunctionName,
      Payload: JSON.stringify(planted.event),
      ClientContext: Buffer.from(JSON.stringify(planted.context)).toString('base64'),
      LogType: 'Tail',
    }),
  )
  const queued = { FunctionName, InvocationType: 'Event', Payload: JSON.stringify(planted.queued) }
  await scene.root.send(new InvokeCommand(queued as never))
  const ZipFile = zipOf(`() => '${planted.code}'`)
  await scene.root.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }))

  const shown = await scene.root.send(new GetFunctionConfigurationCommand({ FunctionName }))
  assert.equal(shown.Environment?.Variables?.KEY, planted.second)
  const records = JSON.stringify(await new StrongroomRecords(scene.house).newest(40))
  assert.match(records, /UpdateFunctionConfiguration/)
  assert.match(records, /"functionName":"secretive"/)
  await scene.house.stop()
  const { dataPath, complaints } = scene.house
  const files = readdirSync(dataPath, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
  for (const [kind, text] of Object.entries(planted)) {
    for (const form of formsOf(text)) {
      assert.ok(!records.includes(form), `${kind} in the audit`)
      assert.ok(!complaints.join().includes(form), `${kind} in the log`)
      assert.ok(!files.some((file) => file.includes(form)), `${kind} in a file`)
    }
  }
})
