/**
 * Who could read a secret's value: each identity asked about as if it called from where this call
 * comes from. A role stands for whoever has assumed it, without session policies.
 */
import { parseArn } from '../../lib/arn.ts'
import type { CompiledPolicy, Vote } from '../../policy/compile.ts'
import { decide } from '../../policy/decide.ts'
import { Absent, type Authority, type Considered, type Subject } from '../operation.ts'
import type { Rooms } from './service.ts'

/** The secret, without its own policy as far as this call is decided: a lock-out must not hide itself. */
export function touchSecret(look: Rooms, SecretId: string) {
  const { subject } = considerRead(look, SecretId, { caller: look.caller, identity: [] })
  if (subject instanceof Absent) return subject
  return { ...subject, policy: undefined, secretPolicy: subject.policy }
}

export interface Reader {
  readonly arn: string
  readonly type: 'Root' | 'User' | 'Role'
  readonly authority: Authority
  readonly subject: Subject
  /** The statement that allows it; none for root's own power. */
  readonly by: Vote | undefined
}

/** Everybody in the secret's account who could read it now. */
export async function* readersOf(
  rooms: Rooms,
  SecretId: string,
  account: Subject['account'],
): AsyncGenerator<Reader> {
  const { people, attempt, draws } = rooms
  for await (const authority of people.everybodyIn(attempt, account, draws.at)) {
    const { subject, question } = considerRead(rooms, SecretId, authority)
    const decision = question && decide(question)
    if (decision?.outcome !== 'allow') continue
    if (!mayDecrypt(rooms, subject, authority)) continue
    yield { ...nameOf(authority), authority, subject, by: decision.by }
  }
}

/** Whether KMS would open the value's data key for Secrets Manager in this name. */
function mayDecrypt(rooms: Rooms, subject: Subject, authority: Authority): boolean {
  const asked = considerDecrypt(rooms, subject, authority)
  if (!asked) return true
  return asked.question !== undefined && decide(asked.question).outcome === 'allow'
}

/** What KMS would be asked when the value is read; `undefined` for a secret without a value. */
export function considerDecrypt(
  { attempt, consider, sealedKeyOf }: Rooms,
  subject: Subject,
  authority: Authority,
): Considered | undefined {
  const input = sealedKeyOf(attempt, subject)
  if (!input) return undefined
  const call = { service: 'kms', operation: 'Decrypt', via: 'secretsmanager' }
  return consider({ authority, input, ...call })
}

const considerRead = (
  { consider }: Pick<Rooms, 'consider'>,
  SecretId: string,
  authority: Authority,
): Considered =>
  consider({
    authority,
    service: 'secretsmanager',
    operation: 'GetSecretValue',
    input: { SecretId },
  })

function nameOf({ caller }: Authority): Pick<Reader, 'arn' | 'type'> {
  if (caller.roleArn) return { arn: caller.roleArn, type: 'Role' }
  return { arn: caller.arn, type: caller.kind === 'root' ? 'Root' : 'User' }
}

/** Whom the policy's Allow statements name that is not of this account: their own has a say, too. */
export function outsidersIn(policy: CompiledPolicy | undefined, account: string): string[] {
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
