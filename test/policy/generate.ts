/** Policies and requests that often meet: small alphabets, so that statements apply and collide. */
import fc from 'fast-check'
import type { NaiveCaller, NaivePolicy, NaiveQuestion, NaiveStatement } from './naive.ts'

const accounts = ['111122223333', '444455556666'] as const
const [home] = accounts

const actions = [
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'iam:GetUser',
] as const
const actionPatterns = [
  ...actions,
  '*',
  'secretsmanager:*',
  'SECRETSMANAGER:get*',
  'iam:Get????',
  '*:Get*',
  'secretsmanager:?etSecretValue',
] as const

const names = ['a', 'ab', 'team/red', 'team/blue', 'a*b'] as const
const arnOf = (account: string, name: string) =>
  `arn:aws:secretsmanager:eu-west-1:${account}:secret:${name}-AbCdEf`

const resourcePatterns = [
  '*',
  ...names.map((name) => arnOf(home, name)),
  'arn:aws:secretsmanager:eu-west-1:111122223333:secret:*',
  'arn:aws:secretsmanager:*:*:secret:a*-??????',
  'arn:aws:secretsmanager:eu-west-1:*:secret:team/${aws:PrincipalTag/team}-*',
  'arn:aws:secretsmanager:eu-west-1:111122223333:secret:${aws:username}*',
  'arn:*:secretsmanager:eu-west-1:444455556666:*',
  'arn:aws:iam::111122223333:user/?',
] as const

export const callers: readonly NaiveCaller[] = [
  { kind: 'user', account: home, arn: `arn:aws:iam::${home}:user/ann` },
  { kind: 'user', account: home, arn: `arn:aws:iam::${home}:user/bob` },
  {
    kind: 'role-session',
    account: home,
    arn: `arn:aws:sts::${home}:assumed-role/app/one`,
    roleArn: `arn:aws:iam::${home}:role/app`,
  },
  { kind: 'user', account: accounts[1], arn: `arn:aws:iam::${accounts[1]}:user/eve` },
  {
    kind: 'role-session',
    account: accounts[1],
    arn: `arn:aws:sts::${accounts[1]}:assumed-role/job/two`,
    roleArn: `arn:aws:iam::${accounts[1]}:role/job`,
  },
]

const principalNames = [
  '*',
  ...accounts,
  ...accounts.map((account) => `arn:aws:iam::${account}:root`),
  ...callers.map((caller) => caller.arn),
  ...callers.flatMap((caller) => caller.roleArn ?? []),
]

const some = <T>(values: readonly T[], maxLength = 3) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength })

const condition = (operator: string, key: string, values: readonly string[]) =>
  fc.record({ operator: fc.constant(operator), key: fc.constant(key), values: some(values) })

const words = ['red', 'blue', 'r*', '?lue', 'RED', 'x'] as const
const conditions = fc.oneof(
  ...[
    'StringEquals',
    'StringNotEquals',
    'StringLike',
    'StringNotLike',
    'StringEqualsIgnoreCase',
  ].flatMap((operator) => [
    condition(operator, 'aws:PrincipalTag/team', words),
    condition(`${operator}IfExists`, 'aws:ResourceTag/team', words),
    condition(operator, 'secretsmanager:VersionStage', words),
  ]),
  ...[
    'ForAllValues:StringEquals',
    'ForAnyValue:StringEquals',
    'ForAnyValue:StringNotEquals',
    'ForAllValues:StringLike',
  ].map((operator) => condition(operator, 'aws:TagKeys', words)),
  condition('Bool', 'aws:SecureTransport', ['true', 'false']),
  condition('BoolIfExists', 'aws:MultiFactorAuthPresent', ['true', 'false']),
  condition('NumericLessThan', 'aws:EpochTime', ['5', '10', '20']),
  condition('NumericEquals', 'aws:EpochTime', ['5', '10']),
  condition('Null', 'aws:ResourceTag/team', ['true', 'false']),
  condition('Null', 'aws:TagKeys', ['true', 'false']),
  condition('ArnLike', 'aws:PrincipalArn', [
    'arn:aws:iam::*:user/*',
    'arn:aws:iam::111122223333:role/app',
    'arn:*:iam::111122223333:*',
  ]),
  condition('ArnNotEquals', 'aws:PrincipalArn', [
    'arn:aws:iam::111122223333:user/ann',
    'arn:aws:iam::*:role/*',
  ]),
)

const conditionBlock = fc.array(conditions, { maxLength: 2 }).map((list) => {
  const block: Record<string, Record<string, string[]>> = {}
  for (const { operator, key, values } of list) {
    block[operator] = { ...block[operator], [key]: values }
  }
  return block
})

const actionElement = fc.oneof(
  { weight: 4, arbitrary: some(actionPatterns).map((Action) => ({ Action })) },
  { weight: 1, arbitrary: some(actionPatterns).map((NotAction) => ({ NotAction })) },
)
const resourceElement = fc.oneof(
  { weight: 4, arbitrary: some(resourcePatterns).map((Resource) => ({ Resource })) },
  { weight: 1, arbitrary: some(resourcePatterns).map((NotResource) => ({ NotResource })) },
)
const effect = fc.oneof(
  { weight: 4, arbitrary: fc.constant('Allow' as const) },
  { weight: 1, arbitrary: fc.constant('Deny' as const) },
)

const identityStatement: fc.Arbitrary<NaiveStatement> = fc
  .tuple(effect, actionElement, resourceElement, conditionBlock)
  .map(([Effect, action, resource, Condition]) => ({ Effect, ...action, ...resource, Condition }))

const principalElement = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ Principal: '*' as const }) },
  { weight: 6, arbitrary: some(principalNames).map((AWS) => ({ Principal: { AWS } })) },
)
const exempted = some(
  principalNames.filter((name) => name !== '*'),
  6,
).map((AWS) => ({ NotPrincipal: { AWS } }))

const resourceStatement: fc.Arbitrary<NaiveStatement> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(identityStatement, principalElement)
      .map(([statement, principal]) => ({ ...statement, ...principal })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(identityStatement, exempted)
      .map(([statement, principal]) => ({ ...statement, Effect: 'Deny' as const, ...principal })),
  },
)

const policyOf = (statement: fc.Arbitrary<NaiveStatement>): fc.Arbitrary<NaivePolicy> =>
  fc
    .array(statement, { minLength: 1, maxLength: 3 })
    .map((Statement) => ({ Version: '2012-10-17' as const, Statement }))

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })

/** What the request brings besides who sends it. */
const extra = fc.record(
  {
    'aws:ResourceTag/team': fc.constantFrom('red', 'blue', 'RED'),
    'secretsmanager:VersionStage': fc.constantFrom('red', 'x'),
    'aws:TagKeys': fc.uniqueArray(fc.constantFrom('red', 'blue', 'x'), { minLength: 1 }),
    'aws:SecureTransport': fc.constantFrom('true', 'false'),
    'aws:MultiFactorAuthPresent': fc.constantFrom('true', 'false'),
    'aws:EpochTime': fc.constantFrom('5', '10', '15'),
  },
  { requiredKeys: ['aws:SecureTransport', 'aws:EpochTime'] },
)

/** A question, with the context that its caller's own keys make. */
export const questions: fc.Arbitrary<
  NaiveQuestion & { readonly extra: NaiveQuestion['context']; readonly team: string | undefined }
> = fc
  .record({
    caller: fc.constantFrom(...callers),
    action: fc.constantFrom(...actions),
    resource: fc.tuple(fc.constantFrom(...accounts, home, home), fc.constantFrom(...names)),
    extra,
    team: maybe(fc.constantFrom('red', 'blue', '*')),
    identity: fc.array(policyOf(identityStatement), { maxLength: 2 }),
    boundary: maybe(policyOf(identityStatement)),
    session: maybe(policyOf(identityStatement)),
    resourcePolicy: maybe(policyOf(resourceStatement)),
  })
  .map(({ resource: [account, name], session, ...rest }) => ({
    ...rest,
    session: rest.caller.kind === 'role-session' ? session : undefined,
    resource: arnOf(account, name),
    resourceAccount: account,
    context: {
      ...rest.extra,
      'aws:PrincipalArn': rest.caller.roleArn ?? rest.caller.arn,
      ...(rest.caller.kind === 'user' && { 'aws:username': rest.caller.arn.split('/')[1] ?? '' }),
      ...(rest.team !== undefined && { 'aws:PrincipalTag/team': rest.team }),
    },
  }))
