/**
 * Known values planted through every operation that takes any, as somebody who may everything: they
 * are in no audit record, no refusal, nothing that is told to the operator.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '../../src/services/operation.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { callJson, send } from '../raw.ts'
import { leastInput } from './inputs.ts'
import { overridesFor } from './overrides.ts'
import { plantedInput } from './planted.ts'
import { requestOf } from './request.ts'

const account = '000000000000'

/** Everything that a text could look like where it is told. */
const formsOf = (text: string): string[] => [
  text,
  Buffer.from(text).toString('base64').slice(0, -4),
  Buffer.from(text).toString('hex'),
]

/** Asks for an operation with planted values; gives what was refused, if it was. */
async function plantOne(house: TestHouse, { model }: Service, operation: string, planted: string) {
  const least = leastInput(model, operation, overridesFor(account)[model.signingName] ?? {})
  const input = { ...least, ...plantedInput(model, operation, planted) }
  const request = requestOf(model, operation, input)
  const { status, body } = await send({
    ...{ url: house.url, keys: house.root, service: model.signingName },
    ...request,
  })
  return status >= 400 ? body : ''
}

async function everyRecord(house: TestHouse): Promise<string> {
  const options = { url: house.url, keys: house.root, service: 'strongroom' }
  const texts: string[] = []
  let NextToken: string | undefined
  do {
    const { body } = await callJson('Strongroom.ExportAudit', { NextToken }, options)
    const page = JSON.parse(body)
    texts.push(...page.Records.map((each: { CloudTrailEvent: string }) => each.CloudTrailEvent))
    NextToken = page.NextToken
  } while (NextToken && texts.length < 5000)
  return texts.join('\n')
}

test('what is planted in secret members is told nowhere', async (t) => {
  await using house = await raiseHouse()
  const planted: { readonly operation: string; readonly text: string }[] = []
  const refused: string[] = []
  for (const service of house.services.values()) {
    for (const operation of service.operations.keys()) {
      const text = `planted${planted.length}z${'abcdefgh'.repeat(4)}`
      const members = Object.keys(plantedInput(service.model, operation, text))
      if (members.length === 0) continue
      refused.push(await plantOne(house, service, operation, text))
      planted.push({ operation: `${service.model.signingName}:${operation}`, text })
    }
  }
  t.diagnostic(`${planted.length} operations took planted values`)
  assert.ok(planted.length > 20)
  const told = [...refused, ...house.complaints, await everyRecord(house)].join('\n')
  assert.ok(told.includes('"CreateSecret"'), 'the records were read')
  const leaks = planted.filter(({ text }) => formsOf(text).some((form) => told.includes(form)))
  assert.deepEqual(
    leaks.map(({ operation }) => operation),
    [],
  )
})
