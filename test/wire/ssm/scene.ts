/** A house with parameters and people, and the few steps that the tests of Parameter Store have in common. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { PutParameterCommand, type PutParameterCommandInput, SSMClient } from '@aws-sdk/client-ssm'
import { type HouseOptions, raiseHouse, type TestHouse } from '../../house.ts'
import { callJson } from '../../raw.ts'

export const account = '000000000000'
export const arn = (path: string) => `arn:aws:ssm:us-east-1:${account}:parameter${path}`

export interface Scene extends AsyncDisposable {
  readonly house: TestHouse
  /** The account's root, who may everything. */
  readonly root: SSMClient
  /** A client of a new user who may these actions on these resources. */
  as(Action: string | string[], Resource?: string | string[]): Promise<SSMClient>
  /** Puts a text unless told otherwise; gives its name. */
  put(input?: Partial<PutParameterCommandInput>): Promise<string>
  /** A request as it stands, which no SDK would send. */
  raw(operation: string, input: object): Promise<{ status: number; body: { __type?: string } }>
}

export async function raiseScene(options?: HouseOptions): Promise<Scene> {
  const house = await raiseHouse(options)
  const iam = new IAMClient(house.client())
  const root = new SSMClient(house.client())
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
      return new SSMClient(house.client({ accessKeyId, secretAccessKey }))
    },
    async put(input = {}) {
      const Name = input.Name ?? `/made/${randomUUID()}`
      await root.send(new PutParameterCommand({ Name, Type: 'String', Value: 'a value', ...input }))
      return Name
    },
    async raw(operation, input) {
      const call = { url: house.url, keys: house.root, service: 'ssm' }
      const { status, body } = await callJson(`AmazonSSM.${operation}`, input, call)
      return { status, body: JSON.parse(body) }
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
    assert.equal(thrown.name, name)
    if (words instanceof RegExp) assert.match(thrown.message, words)
    else if (words !== undefined) assert.equal(thrown.message, words)
    return true
  })
}
