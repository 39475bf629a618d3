/**
 * strongroom credentials: temporary credentials of a role, as AWS's clients take them from a
 * `credential_process`. They call again shortly before the end.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
import { userInfo } from 'node:os'
import { Refusal } from '../lib/fault.ts'
import { callSts, readEndpoint } from './client.ts'

interface Flags {
  readonly role: string
  readonly sessionName?: string
  readonly duration?: string
  readonly profile?: string
}

export async function credentials(flags: Flags): Promise<void> {
  const { role, sessionName = sessionNameHere(), duration = '3600' } = flags
  if (!/^\d{3,5}$/.test(duration)) throw new Refusal('--duration is a number of seconds.')
  const texts = await callSts(readEndpoint(flags.profile), {
    Action: 'AssumeRole',
    RoleArn: role,
    RoleSessionName: sessionName,
    DurationSeconds: duration,
  })
  const answer = {
    Version: 1,
    AccessKeyId: texts.get('AccessKeyId'),
    SecretAccessKey: texts.get('SecretAccessKey'),
    SessionToken: texts.get('SessionToken'),
    Expiration: texts.get('Expiration'),
    AccountId: role.split(':')[4],
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

/** Who is at this machine, in the characters that a session name may have. */
const sessionNameHere = (): string =>
  `strongroom-${userInfo().username.replace(/[^\w+=,.@-]/g, '-')}`.slice(0, 64)
