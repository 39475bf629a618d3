/**
 * Terraform with its AWS provider, as they are: a project with a rotating secret, parameters, a function
 * and its log group is applied, is found as declared, and is destroyed to the last piece.
 */
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
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

const project = fileURLToPath(new URL('../clients/terraform/main.tf', import.meta.url))
/** Where its providers may lie on a machine that reaches no registry. */
const plugins = [process.env.TERRAFORM_PLUGINS, '/opt/tf-plugins'].find(
  (path) => path && existsSync(path),
)

describe('Terraform', { skip: withoutTerraform }, () => {
  let house: TestHouse
  let folder: string
  let isReady = false

  const terraform = (command: string, ...flags: string[]) =>
    run('terraform', [`-chdir=${folder}`, command, '-no-color', ...flags], {
      ...userEnvironment(house),
      TF_VAR_rotator: join(folder, 'rotator.zip'),
      CHECKPOINT_DISABLE: '1',
    })

  before(async () => {
    house = await raiseHouse()
    folder = join(house.dataPath, 'project')
    mkdirSync(folder)
    copyFileSync(project, join(folder, 'main.tf'))
    const source = strToU8('export const handler = async () => undefined')
    writeFileSync(join(folder, 'rotator.zip'), zipSync({ 'index.mjs': source }))
    const { code } = await terraform('init', ...(plugins ? [`-plugin-dir=${plugins}`] : []))
    isReady = code === 0
  })
  after(() => house[Symbol.asyncDispose]())

  test('a project is applied, is as declared, and is destroyed', async (t) => {
    if (!isReady) return t.skip("Terraform's AWS provider is not on this machine")
    const applied = await terraform('apply', '-auto-approve')
    assert.equal(applied.code, 0, applied.stderr)
    assert.match(applied.stdout, /12 added, 0 changed, 0 destroyed/)

    const secrets = new SecretsManager(house.client())
    const SecretId = 'payments/database'
    const { SecretString } = await secrets.getSecretValue({ SecretId })
    assert.equal(JSON.parse(SecretString ?? '').password, 'canary-first')
    const { RotationEnabled, RotationRules } = await secrets.describeSecret({ SecretId })
    assert.deepEqual([RotationEnabled, RotationRules], [true, { AutomaticallyAfterDays: 30 }])

    const planned = await terraform('plan', '-detailed-exitcode')
    assert.equal(planned.code, 0, `${planned.stdout}${planned.stderr}`)
    assert.match(planned.stdout, /No changes\./)

    const destroyed = await terraform('destroy', '-auto-approve')
    assert.equal(destroyed.code, 0, destroyed.stderr)
    assert.match(destroyed.stdout, /12 destroyed/)
    const { SecretList } = await secrets.listSecrets({ IncludePlannedDeletion: true })
    const { Parameters } = await new SSM(house.client()).describeParameters({})
    const { Functions } = await new Lambda(house.client()).listFunctions({})
    const { Roles } = await new IAM(house.client()).listRoles({})
    const { logGroups } = await new CloudWatchLogs(house.client()).describeLogGroups({})
    for (const left of [SecretList, Parameters, Functions, Roles, logGroups]) {
      assert.deepEqual(left, [])
    }
    assert.deepEqual(house.complaints, [])
  })
})
