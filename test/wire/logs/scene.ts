/** A house with log groups and people, and the few steps that the tests of CloudWatch Logs have in common. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { type HouseOptions, raiseHouse, type TestHouse } from '../../house.ts'

export const groupArn = (name: string) => `arn:aws:logs:us-east-1:000000000000:log-group:${name}`

export interface Scene extends AsyncDisposable {
  readonly house: TestHouse
  /** The account's root, who may everything. */
  readonly root: CloudWatchLogsClient
  /** A client of a new user who may these actions on these resources. */
  as(Action: string | string[], Resource?: string): Promise<CloudWatchLogsClient>
  /** A new group with these streams. */
  group(...streams: string[]): Promise<string>
  put(group: string, stream: string, lines: readonly Line[]): Promise<unknown>
}

export type Line = readonly [at: number, message: string]

export async function raiseScene(options?: HouseOptions): Promise<Scene> {
  const house = await raiseHouse(options)
  const iam = new IAMClient(house.client())
  const root = new CloudWatchLogsClient(house.client())
  return {
    house,
    root,
    async as(Action, Resource = '*') {
      const UserName = `user-${randomUUID()}`
      await iam.send(new CreateUserCommand({ UserName }))
      const Statement = [{ Effect: 'Allow', Action, Resource }]
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
      const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } =
        AccessKey ?? {}
      return new CloudWatchLogsClient(house.client({ accessKeyId, secretAccessKey }))
    },
    async group(...streams) {
      const logGroupName = `/made/${randomUUID()}`
      await root.send(new CreateLogGroupCommand({ logGroupName }))
      for (const logStreamName of streams) {
        await root.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
      }
      return logGroupName
    },
    put: (logGroupName, logStreamName, lines) =>
      root.send(
        new PutLogEventsCommand({
          ...{ logGroupName, logStreamName },
          logEvents: lines.map(([timestamp, message]) => ({ timestamp, message })),
        }),
      ),
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
