/**
 * Who could read a secret's value now, by which statement: every identity of the account, each asked
 * about as if it called from where this call comes from. A role stands for whoever has assumed it,
 * without session policies.
 *
 * Whom a resource policy names elsewhere is listed apart: their own accounts have a say, too.
 */
import { parseArn } from '../../lib/arn.ts'
import type { CompiledPolicy } from '../../policy/compile.ts'
import { decide } from '../../policy/decide.ts'
import { Absent, type Authority, type Considered, type Subject } from '../operation.ts'
import { operation, type Rooms } from './service.ts'
import { voteView } from './views.ts'

export const whoCan = operation('WhoCan', {
  action: 'strongroom:WhoCan',

  /** Under the secret's name, and without its own policy: a lock-out must not hide itself. */
  async touches(look, { SecretId }) {
    const { subject } = await considerRead(look, SecretId, { caller: look.caller, identity: [] })
    if (subject instanceof Absent) return subject
    return { ...subject, policy: undefined, secretPolicy: subject.policy }
  },

  async run(rooms, { SecretId }, { arn, account, secretPolicy }) {
    const { people, attempt, draws } = rooms
    const principals = []
    for await (const authority of people.everybodyIn(attempt, account, draws.at)) {
      const { subject, question } = await considerRead(rooms, SecretId, authority)
      const decision = question && decide(question)
      if (decision?.outcome !== 'allow') continue
      if (!(await mayDecrypt(rooms, subject, authority))) continue
      principals.push({
        ...nameOf(authority),
        AllowedBy: decision.by && voteView(decision.by),
      })
    }
    return {
      ARN: arn,
      Principals: principals,
      OutsidePrincipals: outsidersIn(secretPolicy, account),
    }
  },
})

/** Whether KMS would open the value's data key for Secrets Manager in this name. */
async function mayDecrypt(
  { attempt, consider, sealedKeyOf }: Rooms,
  subject: Subject,
  authority: Authority,
): Promise<boolean> {
  const input = await sealedKeyOf(attempt, subject)
  if (!input) return true
  const call = { service: 'kms', operation: 'Decrypt', via: 'secretsmanager' }
  const { question } = await consider({ authority, input, ...call })
  return question !== undefined && decide(question).outcome === 'allow'
}

const considerRead = (
  { consider }: Pick<Rooms, 'consider'>,
  SecretId: string,
  authority: Authority,
): Promise<Considered> =>
  consider({
    authority,
    service: 'secretsmanager',
    operation: 'GetSecretValue',
    input: { SecretId },
  })

function nameOf({ caller }: Authority) {
  if (caller.roleArn) return { Arn: caller.roleArn, Type: 'Role' } as const
  return { Arn: caller.arn, Type: caller.kind === 'root' ? 'Root' : 'User' } as const
}

/** Whom the policy's Allow statements name that is not of this account. */
function outsidersIn(policy: CompiledPolicy | undefined, account: string): string[] {
  const outsiders = new Set<string>()
  for (const { principals } of policy?.allows ?? []) {
    if (!principals) continue
    if (principals.everyone) outsiders.add('*')
    for (const id of principals.accounts.keys()) if (id !== account) outsiders.add(id)
    for (const name of principals.names) {
      if (parseArn(name)?.account !== account) outsiders.add(name)
    }
    for (const name of [...principals.services, ...principals.providers]) outsiders.add(name)
  }
  return [...outsiders].sort()
}
