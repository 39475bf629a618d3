/**
 * strongroom rotate attach: a ready-made rotation function for a secret. Makes its role, which may do no
 * more than the secret needs, its function, and the permission by which Secrets Manager invokes it for
 * this secret alone; then sets the schedule and has the function tested. Said twice, it brings the
 * function up to date.
 */
import type { TurnView } from '../contract/generated/strongroom.ts'
import { parseArn } from '../lib/arn.ts'
import { Refusal } from '../lib/fault.ts'
import { type Rotator, rolePolicy, rotators } from '../rotators/catalogue.ts'
import { pack } from '../rotators/pack.ts'
import {
  CallRefused,
  callIam,
  callKms,
  callLambda,
  callSecrets,
  type Endpoint,
  readEndpoint,
} from './client.ts'
import { line } from './print.ts'
import { rehearsalInfix } from './rehearse.ts'
import { randomVariables, rulesOf } from './schedule.ts'
import { failureText, watchTurn } from './turn.ts'

interface Flags {
  readonly using: string
  readonly every: string
  readonly set?: readonly string[]
  readonly profile?: string
}

interface Secret {
  readonly ARN: string
  readonly Name: string
  readonly KmsKeyId?: string
}

export async function attach(SecretId: string, flags: Flags): Promise<void> {
  const rotator = rotatorOf(flags.using)
  const RotationRules = rulesOf(flags.every)
  const variables = variablesOf(rotator, flags.set ?? [])
  const endpoint = readEndpoint(flags.profile)
  const secret = await callSecrets<Secret>(endpoint, 'DescribeSecret', { SecretId })
  const value = await readValue(endpoint, secret, rotator)
  const name = nameOf(secret)
  const role = await makeRole(endpoint, name, secret, rotator, value)
  const RotationLambdaARN = await makeFunction(endpoint, { name, role, rotator, variables })
  await admit(endpoint, name, secret)
  const begun = Date.now() / 1000
  const wish = { SecretId: secret.ARN, RotationLambdaARN, RotationRules, RotateImmediately: false }
  await callSecrets(endpoint, 'RotateSecret', { ...wish, ClientRequestToken: crypto.randomUUID() })
  process.stdout.write(line(secret.ARN, `rotated by ${RotationLambdaARN}`))
  const isTest = ({ Kind, StartedDate }: TurnView) => Kind === 'trial' && StartedDate >= begun - 60
  const turn = await watchTurn(endpoint, secret.ARN, isTest)
  if (turn.State !== 'succeeded') throw new Refusal(`The test failed. ${failureText(turn)}`)
  process.stdout.write(
    line('attached', 'the function opens it; `strongroom rotate` rotates it now'),
  )
}

function rotatorOf(name: string): Rotator {
  const rotator = rotators.get(name)
  if (rotator) return rotator
  const known = [...rotators.values()].map((each) => `  ${each.name}: ${each.about}`)
  throw new Refusal(`There is no rotator ${name}. There are:\n${known.join('\n')}`)
}

/** Throws Refusal for a variable that the function does not heed. */
function variablesOf({ environment, name }: Rotator, settings: readonly string[]) {
  const known = new Set([...environment, ...randomVariables])
  const pairs = settings.map((text) => {
    const [key = '', ...rest] = text.split('=')
    if (!known.has(key)) {
      throw new Refusal(`${name} does not heed ${key}. It heeds ${[...known].join(', ')}.`)
    }
    return [key, rest.join('=')] as const
  })
  return Object.fromEntries(pairs)
}

type Value = Readonly<Record<string, unknown>>

/** The secret's JSON, where the function needs one. Names what is missing, never what is there. */
async function readValue(endpoint: Endpoint, { ARN }: Secret, rotator: Rotator): Promise<Value> {
  if (rotator.keys.length === 0) return {}
  const input = { SecretId: ARN }
  const { SecretString = '' } = await callSecrets<{ SecretString?: string }>(
    endpoint,
    'GetSecretValue',
    input,
  )
  const value = parseValue(SecretString)
  const missing = rotator.keys.filter((key) => value[key] === undefined)
  if (missing.length === 0) return value
  throw new Refusal(`${rotator.name} needs ${missing.join(', ')} in the secret's JSON.`)
}

function parseValue(text: string): Value {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Value) : {}
  } catch {
    return {}
  }
}

const slugCharsMax = 40

/** One function and one role for each secret, named after it. */
function nameOf({ ARN, Name }: Secret): string {
  const slug = Name.replace(/[^A-Za-z0-9]+/g, '-').slice(0, slugCharsMax)
  return `rotate-${slug}-${ARN.slice(-6)}`
}

async function makeRole(
  endpoint: Endpoint,
  RoleName: string,
  secret: Secret,
  rotator: Rotator,
  value: Value,
): Promise<string> {
  const account = parseArn(secret.ARN)?.account ?? ''
  const trust = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { Service: 'lambda.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  }
  await callIam(endpoint, {
    Action: 'CreateRole',
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  }).catch(unlessThere('EntityAlreadyExists'))
  const other = rotator.otherSecret && value[rotator.otherSecret]
  const userArn = rotator.actions.length > 0 ? await userArnOf(endpoint, value) : undefined
  const more = {
    ...(typeof other === 'string' && { otherArn: other }),
    ...(userArn !== undefined && { userArn }),
  }
  for (const [policyName, arn] of Object.entries(subjectsOf(secret))) {
    await putPolicy(endpoint, RoleName, policyName, rolePolicy(rotator, { arn, ...more }))
  }
  if (secret.KmsKeyId) await putPolicy(endpoint, RoleName, 'key', await keyPolicy(endpoint, secret))
  return `arn:aws:iam::${account}:role/${RoleName}`
}

const putPolicy = (endpoint: Endpoint, RoleName: string, PolicyName: string, document: object) =>
  callIam(endpoint, {
    ...{ Action: 'PutRolePolicy', RoleName, PolicyName },
    PolicyDocument: JSON.stringify(document),
  })

async function userArnOf(endpoint: Endpoint, { username }: Value): Promise<string | undefined> {
  return (await callIam(endpoint, { Action: 'GetUser', UserName: String(username) })).get('Arn')
}

/** Under a key of the customer's the role needs the key, too. */
async function keyPolicy(endpoint: Endpoint, { KmsKeyId: KeyId }: Secret): Promise<object> {
  const { KeyMetadata } = await callKms<{ KeyMetadata: { Arn: string } }>(endpoint, 'DescribeKey', {
    KeyId,
  })
  const Action = ['kms:Decrypt', 'kms:GenerateDataKey']
  const Statement = [{ Effect: 'Allow', Action, Resource: KeyMetadata.Arn }]
  return { Version: '2012-10-17', Statement }
}

interface Wanted {
  readonly name: string
  readonly role: string
  readonly rotator: Rotator
  readonly variables: Readonly<Record<string, string>>
}

/** The function, made or brought up to date; gives its ARN. */
async function makeFunction(
  endpoint: Endpoint,
  { name: FunctionName, role: Role, rotator, variables }: Wanted,
): Promise<string> {
  const ZipFile = Buffer.from(pack(rotator)).toString('base64')
  const settings = {
    Role,
    Runtime: rotator.runtime,
    Handler: rotator.handler,
    Timeout: rotator.timeoutSeconds,
    MemorySize: rotator.memoryMegabytes,
    Description: rotator.about,
    Environment: { Variables: variables },
  }
  const made = await callLambda<{ FunctionArn: string }>(endpoint, 'POST', '', {
    ...{ FunctionName, ...settings, Code: { ZipFile } },
  }).catch(unlessThere('ResourceConflictException'))
  if (made) return made.FunctionArn
  await callLambda(endpoint, 'PUT', `/${FunctionName}/configuration`, settings)
  const path = `/${FunctionName}/code`
  return (await callLambda<{ FunctionArn: string }>(endpoint, 'PUT', path, { ZipFile })).FunctionArn
}

/** For this secret alone, and for its rehearsals: nobody else's rotation makes the function run. */
async function admit(endpoint: Endpoint, name: string, secret: Secret): Promise<void> {
  for (const [StatementId, SourceArn] of Object.entries(subjectsOf(secret))) {
    await callLambda(endpoint, 'POST', `/${name}/policy`, {
      StatementId,
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: parseArn(secret.ARN)?.account,
      SourceArn,
    }).catch(unlessThere('ResourceConflictException'))
  }
}

const suffixChars = '-a1b2c3'.length

/** What the function works on: the secret, and the scratch copies that a rehearsal makes of it. */
const subjectsOf = ({ ARN }: Secret) => ({
  rotation: ARN,
  rehearsal: `${ARN.slice(0, -suffixChars)}${rehearsalInfix}*`,
})

/** What is there already is as good as made. */
const unlessThere =
  (code: string) =>
  (thrown: unknown): undefined => {
    if (thrown instanceof CallRefused && thrown.code === code) return undefined
    throw thrown
  }
