/** strongroom who: every identity of the account that could read a secret's value now. */
import type { StatementRef, WhoCanResponse } from '../contract/generated/strongroom.ts'
import { callStrongroom, readEndpoint } from './client.ts'
import { line } from './print.ts'

export async function who(secretId: string, flags: { profile?: string }): Promise<void> {
  const input = { SecretId: secretId }
  const answer = await callStrongroom<WhoCanResponse>(readEndpoint(flags.profile), 'WhoCan', input)
  process.stdout.write(`${answer.ARN}\n`)
  for (const { Arn, Type, AllowedBy } of answer.Principals) {
    process.stdout.write(
      line(Type.padEnd(4), Arn, AllowedBy ? statementText(AllowedBy) : 'as root'),
    )
  }
  for (const name of answer.OutsidePrincipals) {
    process.stdout.write(line('else', name, 'named by the resource policy; others decide, too'))
  }
}

/** `identity user/ann/inline, statement 1 (Sid)`: counted from 1, as people count. */
export const statementText = ({ PolicyKind, PolicyName, Statement, Sid }: StatementRef): string =>
  `${PolicyKind} ${PolicyName}, statement ${Statement + 1}${Sid ? ` (${Sid})` : ''}`
