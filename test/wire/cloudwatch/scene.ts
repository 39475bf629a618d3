/** A house with people, and the few steps that the tests of CloudWatch have in common. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { type HouseOptions, raiseHouse, type TestHouse } from '../../house.ts'
import { untilEqual } from '../../until.ts'

export const account = '000000000000'
export const alarmArn = (name: string) => `arn:aws:cloudwatch:us-east-1:${account}:alarm:${name}`

export interface Scene extends AsyncDisposable {
  readonly house: TestHouse
  /** The account's root, who may everything. */
  readonly root: CloudWatchClient
  /** A client of a new user who may these actions on these resources. */
  as(Action: string | string[], Resource?: string | string[]): Promise<CloudWatchClient>
  /** A client of a new user of this one statement. */
  user(statement: object): Promise<CloudWatchClient>
  /** Puts one value of a metric of the namespace `app`. */
  measure(MetricName: string, Value: number, at?: number): Promise<unknown>
  /** Makes an alarm: more than 1 in a minute, unless told otherwise. */
  alarm(name: string, changes?: Partial<PutMetricAlarmCommandInput>): Promise<unknown>
  /** Waits until an alarm is in a state. */
  reaches(name: string, state: string): Promise<void>
}

export async function raiseScene(options: HouseOptions = {}): Promise<Scene> {
  const world = { alarmsEveryMs: 50, ...options.world }
  const house = await raiseHouse({ ...options, world })
  const iam = new IAMClient(house.client())
  const client = () => new CloudWatchClient(house.client())
  const user = async (statement: object) => {
    const UserName = `user-${randomUUID()}`
    await iam.send(new CreateUserCommand({ UserName }))
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
    return new CloudWatchClient(house.client({ accessKeyId, secretAccessKey }))
  }
  return {
    house,
    get root() {
      return client()
    },
    user,
    as: (Action, Resource = '*') => user({ Effect: 'Allow', Action, Resource }),
    measure: (MetricName, Value, at) =>
      client().send(
        new PutMetricDataCommand({
          Namespace: 'app',
          MetricData: [{ MetricName, Value, ...(at && { Timestamp: new Date(at) }) }],
        }),
      ),
    alarm: (AlarmName, changes = {}) =>
      client().send(
        new PutMetricAlarmCommand({
          ...{ AlarmName, Namespace: 'app', MetricName: AlarmName, Statistic: 'Sum', Period: 60 },
          ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
          ...changes,
        }),
      ),
    async reaches(name, state) {
      const asked = new DescribeAlarmsCommand({ AlarmNames: [name] })
      const seen = async () => (await client().send(asked)).MetricAlarms?.[0]?.StateValue
      await untilEqual<string | undefined>(seen, state)
    },
    async [Symbol.asyncDispose]() {
      assert.deepEqual(house.complaints, [])
      await house[Symbol.asyncDispose]()
    },
  }
}

/** Waits for the refusal of a call: its code, and its words as a text or a pattern. */
export async function refused(sent: Promise<unknown>, name: string, words?: string | RegExp) {
  await assert.rejects(sent, (thrown: Error) => {
    assert.equal(thrown.name, name, thrown.message)
    if (words instanceof RegExp) assert.match(thrown.message, words)
    else if (words !== undefined) assert.equal(thrown.message, words)
    return true
  })
}
