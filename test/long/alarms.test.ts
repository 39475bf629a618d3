/**
 * Terraform with its AWS provider, as they are: a log group with retention, a metric filter over the audit,
 * alarms, a dashboard, a rule and its target are applied, are as declared, work, and are destroyed.
 */
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { IAM } from '@aws-sdk/client-iam'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { run, userEnvironment, withoutTerraform } from '../clients/tools.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { until } from '../until.ts'

const project = fileURLToPath(new URL('../clients/terraform/alarms.tf', import.meta.url))
/** Where its providers may lie on a machine that reaches no registry. */
const plugins = [process.env.TERRAFORM_PLUGINS, '/opt/tf-plugins'].find(
  (path) => path && existsSync(path),
)

describe('Terraform’s alarms', { skip: withoutTerraform }, () => {
  let house: TestHouse
  let folder: string
  let isReady = false

  const terraform = (command: string, ...flags: string[]) =>
    run('terraform', [`-chdir=${folder}`, command, '-no-color', ...flags], {
      ...userEnvironment(house),
      CHECKPOINT_DISABLE: '1',
    })

  before(async () => {
    house = await raiseHouse()
    folder = join(house.dataPath, 'project')
    mkdirSync(folder)
    copyFileSync(project, join(folder, 'main.tf'))
    const { code } = await terraform('init', ...(plugins ? [`-plugin-dir=${plugins}`] : []))
    isReady = code === 0
  })
  after(() => house[Symbol.asyncDispose]())

  /** Somebody without rights asks for secrets. */
  const beDenied = async () => {
    const iam = new IAM(house.client())
    await iam.createUser({ UserName: 'nobody' })
    const { AccessKey } = await iam.createAccessKey({ UserName: 'nobody' })
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
    const nobody = new SecretsManager(house.client({ accessKeyId, secretAccessKey }))
    await assert.rejects(nobody.listSecrets({}), { name: 'AccessDeniedException' })
    await iam.deleteAccessKey({ UserName: 'nobody', AccessKeyId: accessKeyId })
    await iam.deleteUser({ UserName: 'nobody' })
  }

  test('a stack is applied, is as declared, tells of a refusal, and is destroyed', async (t) => {
    if (!isReady) return t.skip("Terraform's AWS provider is not on this machine")
    const applied = await terraform('apply', '-auto-approve')
    assert.equal(applied.code, 0, applied.stderr)
    assert.match(applied.stdout, /8 added, 0 changed, 0 destroyed/)

    const planned = await terraform('plan', '-detailed-exitcode')
    assert.equal(planned.code, 0, `${planned.stdout}${planned.stderr}`)
    assert.match(planned.stdout, /No changes\./)

    await beDenied()
    const logs = new CloudWatchLogs(house.client())
    const told = async () =>
      (await logs.filterLogEvents({ logGroupName: '/aws/events/alarms' })).events ?? []
    await until(async () => (await told()).length > 0)
    const event = JSON.parse((await told())[0]?.message ?? '{}')
    assert.deepEqual(
      [event.source, event.detail?.alarmName, event.detail?.state?.value],
      ['aws.cloudwatch', 'denied', 'ALARM'],
    )

    const destroyed = await terraform('destroy', '-auto-approve')
    assert.equal(destroyed.code, 0, destroyed.stderr)
    const cloudwatch = new CloudWatch(house.client())
    const { MetricAlarms } = await cloudwatch.describeAlarms({})
    const { DashboardEntries } = await cloudwatch.listDashboards({})
    const { logGroups } = await logs.describeLogGroups({})
    assert.deepEqual([MetricAlarms, DashboardEntries, logGroups], [[], [], []])
    assert.deepEqual(house.complaints, [])
  })
})
