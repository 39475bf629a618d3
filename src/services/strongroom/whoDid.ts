/**
 * Who did what to a secret since then, when last and from where, beside who could: with the policy
 * that would have been enough for each, and those who could and never did.
 */

import { dayMs } from '../../lib/clock.ts'
import { decide } from '../../policy/decide.ts'
import { eachOf } from '../operation.ts'
import { type Doer, doersOf } from './doings.ts'
import { considerDecrypt, outsidersIn, type Reader, readersOf, touchSecret } from './readers.ts'
import { operation, type Rooms } from './service.ts'
import { voteView } from './views.ts'

const daysDefault = 30

export const whoDid = operation('WhoDid', {
  action: 'strongroom:WhoDid',
  touches: (look, { SecretId }) => touchSecret(look, SecretId),

  async run(rooms, { SecretId, Since }, { arn, account, secretPolicy }) {
    const since = Since ?? rooms.draws.at - daysDefault * dayMs
    const readers = new Map<string, Reader>()
    for await (const reader of readersOf(rooms, SecretId, account)) readers.set(reader.arn, reader)
    const { doers, isComplete } = await doersOf(rooms, arn, since)
    const done = new Set(eachOf(doers, (doer) => doer.arn))
    const unused = [...readers.values()].filter(
      (reader) => reader.type !== 'Root' && !done.has(reader.arn),
    )
    return {
      ARN: arn,
      Since: since,
      Complete: isComplete,
      Used: doers.map((doer) => useOf(rooms, arn, doer, readers.get(doer.arn))),
      Unused: unused.map((reader) => ({
        Arn: reader.arn,
        Type: reader.type,
        AllowedBy: reader.by && voteView(reader.by),
      })),
      OutsidePrincipals: outsidersIn(secretPolicy, account),
    }
  },
})

function useOf(rooms: Rooms, arn: string, doer: Doer, reader: Reader | undefined) {
  return {
    Arn: doer.arn,
    Type: doer.type,
    MayRead: reader !== undefined,
    AllowedBy: reader?.by && voteView(reader.by),
    Actions: doer.actions,
    SufficientPolicy: sufficientPolicy(rooms, arn, doer, reader),
  }
}

/** What a user or role did, allowed on this secret and on nothing else. Root has no policies to make smaller. */
function sufficientPolicy(
  rooms: Rooms,
  arn: string,
  { type, actions }: Doer,
  reader: Reader | undefined,
): string | undefined {
  const used = actions.filter(({ Count }) => Count > 0).map(({ Action }) => Action)
  if (used.length === 0 || (type !== 'User' && type !== 'Role')) return undefined
  const keyStatement = reader && keyStatementFor(rooms, reader, used)
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: used, Resource: arn },
      ...(keyStatement ? [keyStatement] : []),
    ],
  })
}

/** Also the secret's key, unless the key's own policy admits the caller already, as AWS's default one does. */
function keyStatementFor(
  rooms: Rooms,
  { subject, authority }: Reader,
  used: readonly string[],
): object | undefined {
  const bare = { caller: authority.caller, identity: [] }
  const asked = considerDecrypt(rooms, subject, bare)
  if (!asked?.question || decide(asked.question).outcome === 'allow') return undefined
  const writes = used.some((action) => writing.has(action))
  return {
    Effect: 'Allow',
    Action: ['kms:Decrypt', ...(writes ? ['kms:GenerateDataKey'] : [])],
    Resource: asked.subject.arn,
    Condition: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
  }
}

const writing: ReadonlySet<string> = new Set([
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecret',
])
