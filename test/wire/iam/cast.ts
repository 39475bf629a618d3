/** The people and policies that IAM's tests share. Builds only; asserts nothing. */
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import type { Keys, TestHouse } from '../../house.ts'

/** The account of a house that was not told another. */
export const account = '000000000000'
export const arn = (resource: string): string => `arn:aws:iam::${account}:${resource}`
export const awsArn = (name: string): string => `arn:aws:iam::aws:policy/${name}`

type Statement = Readonly<Record<string, unknown>>

export const document = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

export const allowing = (...actions: readonly string[]): string =>
  document({ Effect: 'Allow', Action: actions, Resource: '*' })

export const denying = (...actions: readonly string[]): string =>
  document({ Effect: 'Deny', Action: actions, Resource: '*' })

export const trusting = (principal: Statement): string =>
  document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' })

export const lambdaTrust = trusting({ Service: 'lambda.amazonaws.com' })

/** A policy of so many characters. */
export function policyOfChars(chars: number): string {
  const empty = allowing('iam:')
  return allowing(`iam:${'x'.repeat(chars - empty.length)}`)
}

/** A new key of a user. */
export async function keysOf(iam: IAMClient, UserName: string): Promise<Keys> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

/** A new user without permissions, and a client that acts as it. */
export async function newcomer(house: TestHouse, UserName: string): Promise<IAMClient> {
  const root = new IAMClient(house.client())
  await root.send(new CreateUserCommand({ UserName }))
  return new IAMClient(house.client(await keysOf(root, UserName)))
}

/** What a refusal must be, for assert.rejects. */
export const refusal = (name: string, message: string) => ({ name, message })

export const denied = (userName: string, action: string, on = '') =>
  refusal(
    'AccessDenied',
    `User: ${arn(`user/${userName}`)} is not authorized to perform: ${action}${on && ` on resource: ${on}`} because no identity-based policy allows the ${action} action`,
  )

/** A document as IAM shows it, read. */
export const read = (shown: string | undefined): unknown =>
  JSON.parse(decodeURIComponent(shown ?? ''))
