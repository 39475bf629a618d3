/**
 * Terraform with its AWS provider, as they are: what two projects declare is applied, is found as declared,
 * is changed, and is destroyed to the last piece.
 */
import assert from 'node:assert/strict'
import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { SSM } from '@aws-sdk/client-ssm'
import { strToU8, zipSync } from 'fflate'
import { run, userEnvironment, withoutTerraform } from '../clients/tools.ts'
import { raiseHouse, type TestHouse } from '../house.ts'

/** Where its providers may lie on a machine that reaches no registry. */
const plugins = [process.env.TERRAFORM_PLUGINS, '/opt/tf-plugins'].find(
  (path) => path && existsSync(path),
)

describe('Terraform', { skip: withoutTerraform }, () => {
  let house: TestHouse
  before(async () => {
    house = await raiseHouse()
  })
  after(() => house[Symbol.asyncDispose]())

  const terraform = (folder: string, words: readonly string[], stage = 'one') =>
    run('terraform', [`-chdir=${folder}`, ...words, '-no-color'], {
      ...userEnvironment(house),
      TF_VAR_rotator: join(folder, 'rotator.zip'),
      TF_VAR_stage: stage,
      CHECKPOINT_DISABLE: '1',
    })
  const must = async (folder: string, words: readonly string[], stage?: string) => {
    const { code, stdout, stderr } = await terraform(folder, words, stage)
    assert.equal(code, 0, `${stdout}${stderr}`)
    return stdout
  }
  const mustBeAsDeclared = async (folder: string, stage?: string) =>
    assert.match(await must(folder, ['plan', '-detailed-exitcode'], stage), /No changes\./)

  /** A copy of the project, ready to apply; `undefined` where the provider is not to be had. */
  const prepare = async (name: string): Promise<string | undefined> => {
    const folder = join(house.dataPath, name)
    const project = fileURLToPath(new URL(`../clients/terraform/${name}`, import.meta.url))
    cpSync(project, folder, { recursive: true })
    const source = strToU8('export const handler = async () => undefined')
    writeFileSync(join(folder, 'rotator.zip'), zipSync({ 'index.mjs': source }))
    const from = plugins ? [`-plugin-dir=${plugins}`] : []
    const { code } = await terraform(folder, ['init', ...from])
    return code === 0 ? folder : undefined
  }
  const absent = "Terraform's AWS provider is not on this machine"

  test('a secret that rotates, with its function, parameters and log group', async (t) => {
    const folder = await prepare('rotation')
    if (folder === undefined) return t.skip(absent)
    assert.match(await must(folder, ['apply', '-auto-approve']), /12 added, 0 changed, 0 destroyed/)
    const secrets = new SecretsManager(house.client())
    const SecretId = 'payments/database'
    const { SecretString } = await secrets.getSecretValue({ SecretId })
    assert.equal(JSON.parse(SecretString ?? '').password, 'canary-first')
    const { RotationEnabled, RotationRules } = await secrets.describeSecret({ SecretId })
    assert.deepEqual([RotationEnabled, RotationRules], [true, { AutomaticallyAfterDays: 30 }])
    await mustBeAsDeclared(folder)
    assert.match(await must(folder, ['destroy', '-auto-approve']), /12 destroyed/)
    await mustBeEmpty(house)
  })

  test('keys, replicas, policies, alarms, rules, aliases: made, changed in place, gone', async (t) => {
    const folder = await prepare('changes')
    if (folder === undefined) return t.skip(absent)
    assert.match(await must(folder, ['apply', '-auto-approve']), /16 added, 0 changed, 0 destroyed/)
    await mustBeAsDeclared(folder)
    const changed = await must(folder, ['apply', '-auto-approve'], 'two')
    // A version of a secret is never altered: there is another one.
    assert.match(changed, /1 added, 9 changed, 1 destroyed/)
    await mustBeAsDeclared(folder, 'two')
    assert.match(await must(folder, ['destroy', '-auto-approve'], 'two'), /16 destroyed/)
    await mustBeEmpty(house)
  })

  test('rules with targets, an API destination, a bus, a log group with filter and alarm', async (t) => {
    const folder = await prepare('events')
    if (folder === undefined) return t.skip(absent)
    assert.match(await must(folder, ['apply', '-auto-approve']), /15 added, 0 changed, 0 destroyed/)
    await mustBeAsDeclared(folder)
    assert.match(await must(folder, ['destroy', '-auto-approve']), /15 destroyed/)
    await mustBeEmpty(house)
  })
})

async function mustBeEmpty(house: TestHouse): Promise<void> {
  const { SecretList } = await new SecretsManager(house.client()).listSecrets({})
  const { Parameters } = await new SSM(house.client()).describeParameters({})
  const { Functions } = await new Lambda(house.client()).listFunctions({})
  const iam = new IAM(house.client())
  const { Roles } = await iam.listRoles({})
  const { Users } = await iam.listUsers({})
  const { logGroups } = await new CloudWatchLogs(house.client()).describeLogGroups({})
  for (const left of [SecretList, Parameters, Functions, Roles, Users, logGroups]) {
    assert.deepEqual(left, [])
  }
  assert.deepEqual(house.complaints, [])
}
