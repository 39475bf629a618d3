/** What one decision costs once compiled: a typical principal (3 policies, 10 statements) and a resource policy. */
import { compilePolicy } from '../../src/policy/compile.ts'
import { buildContext, contextOf } from '../../src/policy/context.ts'
import { decide } from '../../src/policy/decide.ts'
import { type PolicyKind, parsePolicy } from '../../src/policy/document.ts'
import type { Principal } from '../../src/policy/principal.ts'

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

const rounds = 21
const decisionsPerRound = 20_000

function round(): number {
  const start = performance.now()
  for (let n = 0; n < decisionsPerRound; n++) {
    const decision = decide({
      principal,
      action: 'secretsmanager:GetSecretValue',
      resource: secret('prod/payment/gateway-key-a1b2c3'),
      resourceAccount: account,
      context: buildContext(principal, account, extra),
      identity,
      resourcePolicy,
    })
    if (decision.outcome !== 'allow') throw new Error(`decided ${decision.outcome}`)
  }
  return ((performance.now() - start) * 1000) / decisionsPerRound
}

const micros = Array.from({ length: rounds }, round)
  .slice(1)
  .sort((a, b) => a - b)
const at = (share: number) => (micros[Math.floor((micros.length - 1) * share)] ?? 0).toFixed(2)
console.log(
  `decide: 10 statements in 3 policies and a resource policy: median ${at(0.5)} µs, fastest round ${at(0)}, slowest ${at(1)} (Node ${process.version})`,
)
