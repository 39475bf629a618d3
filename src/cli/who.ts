/** strongroom who: everybody who could read a secret's value now; on request, who did what to it. */
import type {
  ActionUse,
  PrincipalAccess,
  PrincipalUse,
  StatementRef,
  WhoCanResponse,
  WhoDidResponse,
} from '../contract/generated/strongroom.ts'
import { callStrongroom, readEndpoint } from './client.ts'
import { parseSince } from './duration.ts'
import { line } from './print.ts'

interface Flags {
  readonly profile?: string
  readonly did?: boolean
  readonly since?: string
  readonly json?: boolean
}

export async function who(secretId: string, flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const isDid = flags.did || flags.since !== undefined
  const input = {
    SecretId: secretId,
    ...(flags.since !== undefined && { Since: parseSince(flags.since) }),
  }
  if (isDid) {
    const answer = await callStrongroom<WhoDidResponse>(endpoint, 'WhoDid', input)
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : didText(answer))
  } else {
    const answer = await callStrongroom<WhoCanResponse>(endpoint, 'WhoCan', input)
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : canText(answer))
  }
}

const canText = ({ ARN, Principals, OutsidePrincipals }: WhoCanResponse): string =>
  [`${ARN}\n`, ...Principals.map(accessLine), ...OutsidePrincipals.map(outsideLine)].join('')

const accessLine = ({ Arn, Type, AllowedBy }: PrincipalAccess): string =>
  line(Type.padEnd(4), Arn, AllowedBy ? statementText(AllowedBy) : 'as root')

const outsideLine = (name: string): string =>
  line('else', name, 'named by the resource policy; others decide, too')

function didText({
  ARN,
  Since,
  Complete,
  Used,
  Unused,
  OutsidePrincipals,
}: WhoDidResponse): string {
  return [
    line(ARN, `since ${isoOf(Since)}`),
    ...Used.map(useText),
    ...(Unused.length > 0 ? ['could, and never did:\n', ...Unused.map(accessLine)] : []),
    ...OutsidePrincipals.map(outsideLine),
    ...(Complete ? [] : ['There is more: ask for a shorter time.\n']),
  ].join('')
}

const useText = ({ Arn, Type, MayRead, Actions, SufficientPolicy }: PrincipalUse): string =>
  [
    line(Type.padEnd(4), Arn, MayRead ? 'may read it' : 'may not read it'),
    ...Actions.map(actionLine),
    ...(SufficientPolicy ? [line('    enough would be', SufficientPolicy)] : []),
  ].join('')

function actionLine(use: ActionUse): string {
  const { Action, Count, RefusedCount, LastDate, LastSourceIp = '-', LastVersionId } = use
  const refused = RefusedCount > 0 ? `, ${RefusedCount} refused or failed` : ''
  const version = LastVersionId ? `, version ${LastVersionId}` : ''
  return line(
    '   ',
    Action,
    `${Count} times${refused}, last ${isoOf(LastDate)} from ${LastSourceIp}${version}`,
  )
}

/** Seconds since 1970, as the wire has them. */
const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** `identity user/ann/inline, statement 1 (Sid)`: counted from 1, as people count. */
export const statementText = ({ PolicyKind, PolicyName, Statement, Sid }: StatementRef): string =>
  `${PolicyKind} ${PolicyName}, statement ${Statement + 1}${Sid ? ` (${Sid})` : ''}`
