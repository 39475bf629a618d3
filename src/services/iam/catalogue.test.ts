import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy } from '../../policy/document.ts'
import { catalogue } from './catalogue.ts'
import { charsOf } from './documents.ts'
import { defaultVersionOf } from './managed.ts'

test("every policy of AWS's is one, of a size that AWS takes", () => {
  for (const [arn, policy] of catalogue) {
    const { text } = defaultVersionOf(policy)
    assert.ok(parsePolicy(text, 'identity').statements.length > 0, arn)
    assert.ok(charsOf(text) <= 6144, arn)
  }
})

test('ids are 21 characters, each once, and the same in every house', () => {
  const ids = [...catalogue.values()].map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.every((id) => /^ANPA[A-Z0-9]{17}$/.test(id)))
  const administrator = catalogue.get('arn:aws:iam::aws:policy/AdministratorAccess')
  assert.equal(administrator?.id, 'ANPABD08088C959D0EA3E')
})

test('nothing that only reads settings reads the values of secrets', () => {
  const quiet = [
    'ReadOnlyAccess',
    'SecurityAudit',
    'job-function/ViewOnlyAccess',
    'IAMReadOnlyAccess',
  ]
  for (const name of quiet) {
    const policy = catalogue.get(`arn:aws:iam::aws:policy/${name}`)
    assert.ok(policy, name)
    const actions = parsePolicy(defaultVersionOf(policy).text, 'identity').statements.flatMap(
      ({ actions }) => actions.values,
    )
    const telling = actions.filter((action) =>
      /^(?:\*|secretsmanager:(?:\*|Get\*|GetSecretValue|BatchGet.*)|kms:(?:\*|Decrypt))$/.test(
        action,
      ),
    )
    assert.deepEqual(telling, [], name)
  }
})
