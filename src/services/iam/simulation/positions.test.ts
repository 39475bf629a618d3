import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statementRanges } from './positions.ts'

const at = (Line: number, Column: number) => ({ Line, Column })

test('statements of a list, over several lines, with brackets in their strings', () => {
  const text = `{
  "Statement": [
    { "Sid": "}]{\\"", "Action": ["a"] },
    {
      "Condition": { "Statement": {} }
    }
  ],
  "Version": "2012-10-17"
}`
  assert.deepEqual(statementRanges(text), [
    { StartPosition: at(3, 5), EndPosition: at(3, 39) },
    { StartPosition: at(4, 5), EndPosition: at(6, 5) },
  ])
})

test('one statement without a list', () => {
  const text = '{"Version":"2012-10-17","Statement" : {"Effect":"Allow","x":{}} ,"Id":"Statement"}'
  assert.deepEqual(statementRanges(text), [{ StartPosition: at(1, 39), EndPosition: at(1, 63) }])
})

test('a name that is escaped is the same name', () => {
  assert.equal(statementRanges('{"\\u0053tatement":[{}]}').length, 1)
})

test('no statements', () => {
  assert.deepEqual(statementRanges('{"Version":"2012-10-17"}'), [])
})
