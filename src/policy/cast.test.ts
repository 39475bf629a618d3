/** The people, things and policies that this room's tests share. Builds only; asserts nothing. */
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { buildContext, type ContextValue, contextOf } from './context.ts'
import { decide, type Question } from './decide.ts'
import { readPolicy } from './document.ts'
import type { Principal } from './principal.ts'
import type { PolicyKind } from './statement.ts'

export const account = '111122223333'
export const stranger = '444455556666'
export const secret = `arn:aws:secretsmanager:eu-west-1:${account}:secret:prod/db-a1b2c3`
export const key = `arn:aws:kms:eu-west-1:${account}:key/k`
export const role = `arn:aws:iam::${account}:role/app`
export const action = 'secretsmanager:GetSecretValue'

export const alice = {
  kind: 'user',
  arn: `arn:aws:iam::${account}:user/alice`,
  account,
  userId: 'AIDAALICE',
  userName: 'alice',
  tags: {},
} satisfies Principal
export const app = {
  kind: 'role-session',
  arn: `arn:aws:sts::${account}:assumed-role/app/web`,
  account,
  roleArn: role,
  userId: 'AROAAPP:web',
  tags: {},
} satisfies Principal
export const root = {
  kind: 'root',
  arn: `arn:aws:iam::${account}:root`,
  account,
  tags: {},
} satisfies Principal
export const federated = {
  kind: 'federated-user',
  arn: `arn:aws:sts::${account}:federated-user/ext`,
  account,
  federatingUserArn: alice.arn,
  userId: `${account}:ext`,
  tags: {},
} satisfies Principal
export const rotation = {
  kind: 'service',
  service: 'secretsmanager.amazonaws.com',
} satisfies Principal
export const anonymous = { kind: 'anonymous' } satisfies Principal

export type Part = Record<string, unknown>

/** A policy of statements for any action and resource, each with its own changes. */
export function policy(kind: PolicyKind, ...parts: readonly Part[]): CompiledPolicy {
  const base = kind === 'trust' ? { Action: '*' } : { Action: '*', Resource: '*' }
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: parts.map((part) => ({ Effect: 'Allow', ...base, ...part })),
  })
  return compilePolicy(readPolicy(text, kind), { kind, name: `the ${kind}` })
}

export const allowAll = policy('identity', {})
export const none = policy('identity', { Action: 's3:*' })

export function ask(
  changes: Partial<Question> & { extra?: Record<string, ContextValue> },
): Question {
  const principal = changes.principal ?? alice
  return {
    principal,
    action,
    resource: secret,
    resourceAccount: account,
    context: buildContext(principal, account, contextOf(changes.extra ?? {})),
    identity: [],
    ...changes,
  }
}

export const outcome = (changes: Parameters<typeof ask>[0]): string => decide(ask(changes)).outcome
export const granting = (AWS: unknown): CompiledPolicy => policy('resource', { Principal: { AWS } })
