/** What one decision costs once policies are compiled. */
import { compilePolicy } from '../../../src/policy/compile.ts'
import { buildContext, contextOf } from '../../../src/policy/context.ts'
import { decide } from '../../../src/policy/decide.ts'
import { type PolicyKind, parsePolicy } from '../../../src/policy/document.ts'
import type { Principal } from '../../../src/policy/principal.ts'
import { type Measure, quotients } from '../measure.ts'
import { timed, yardstick } from '../timed.ts'

const account = '111122223333'
const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:${account}:secret:${name}`

const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
})

const policies = [
  [
    allow(
      ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
      `arn:aws:dynamodb:eu-west-1:${account}:table/results`,
    ),
    allow('logs:*', '*'),
    allow(['s3:GetObject', 's3:ListBucket'], ['arn:aws:s3:::config', 'arn:aws:s3:::config/*']),
    allow('sqs:SendMessage', `arn:aws:sqs:eu-west-1:${account}:jobs-*`),
  ],
  [
    allow('secretsmanager:GetSecretValue', secret('other/*')),
    allow('secretsmanager:GetSecretValue', secret('prod/payment/*'), {
      StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' },
    }),
    allow('kms:Decrypt', '*', {
      StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
    }),
  ],
  [
    { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    allow('ssm:GetParameter*', `arn:aws:ssm:eu-west-1:${account}:parameter/prod/*`),
  ],
]

const compiled = (Statement: object[], kind: PolicyKind, name: string) =>
  compilePolicy(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), kind), {
    kind,
    name,
  })

const principal: Principal = {
  kind: 'role-session',
  arn: `arn:aws:sts::${account}:assumed-role/payments/web-1`,
  account,
  roleArn: `arn:aws:iam::${account}:role/payments`,
  userId: 'AROAEXAMPLE:web-1',
  tags: { team: 'payments' },
}

const identity = policies.map((statements, at) => compiled(statements, 'identity', `policy-${at}`))
const resourcePolicy = compiled(
  [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/payments` } },
    },
  ],
  'resource',
  'secret',
)

const extra = contextOf({
  'aws:SecureTransport': 'true',
  'secretsmanager:VersionStage': 'AWSCURRENT',
  'aws:ResourceTag/team': 'payments',
})

function decideOnce(): void {
  const { outcome } = decide({
    principal,
    action: 'secretsmanager:GetSecretValue',
    resource: secret('prod/payment/gateway-key-a1b2c3'),
    resourceAccount: account,
    context: buildContext(principal, account, extra),
    identity,
    resourcePolicy,
  })
  if (outcome !== 'allow') throw new Error(`decided ${outcome}`)
}

export const decision: Measure = {
  name: 'decide',
  about:
    'one policy decision alone, in process: 10 statements in 3 policies and a resource policy, against a SHA-256 of 4 KiB',

  async run(_stage, size) {
    const rounds = await timed(size, decideOnce)
    const ratios = quotients(rounds, await yardstick(size))
    return [
      { name: 'against the hash', unit: 'x', better: 'less', rounds: ratios },
      { name: 'a decision', unit: 'µs', better: 'less', rounds },
    ]
  },
}
