/**
 * strongroom rotate --rehearse: the four steps against a scratch copy of the secret, and then the way
 * back to the value that it began with, by the same function. The secret itself is not touched. When the
 * way back fails, the scratch copy is kept: it may hold the only value that still opens the login.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { RotateBackResponse, TurnView } from '../contract/generated/strongroom.ts'
import { Refusal } from '../lib/fault.ts'
import { callSecrets, callStrongroom, type Endpoint } from './client.ts'
import { line } from './print.ts'
import { making, watchTurn } from './turn.ts'

interface Tag {
  readonly Key: string
  readonly Value: string
}

interface Original {
  readonly ARN: string
  readonly Name: string
  readonly KmsKeyId?: string
  readonly RotationLambdaARN?: string
  readonly Tags?: readonly Tag[]
}

interface Scratch {
  readonly name: string
  /** The version that holds the original's value. */
  readonly first: string
}

/** What the name of a scratch copy has behind its original's. */
export const rehearsalInfix = '-rehearsal-'

/** The longest interval: the scratch copy is rotated when it is asked for, and never by the clock. */
const RotationRules = { AutomaticallyAfterDays: 1000 }

export async function rehearse(
  endpoint: Endpoint,
  SecretId: string,
  isAgreed: boolean,
): Promise<void> {
  const original = await callSecrets<Original>(endpoint, 'DescribeSecret', { SecretId })
  if (!original.RotationLambdaARN) throw new Refusal('The secret has no rotation function.')
  if (!isAgreed) throw new Refusal(warning)
  const scratch = await copy(endpoint, original)
  process.stdout.write(line('rehearsing', original.ARN, `on ${scratch.name}`))
  const ClientRequestToken = randomUUID()
  const { RotationLambdaARN } = original
  const wish = { SecretId: scratch.name, ClientRequestToken, RotationLambdaARN, RotationRules }
  const isTaken = await callSecrets(endpoint, 'RotateSecret', wish).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (isTaken) {
    await remove(endpoint, scratch)
    throw isTaken
  }
  const turn = await watchTurn(endpoint, scratch.name, making(ClientRequestToken))
  await goBack(endpoint, scratch, turn)
  await remove(endpoint, scratch)
  if (turn.State !== 'succeeded') throw new Refusal(reasonOf(turn))
  process.stdout.write(line('rehearsed', 'there and back; the scratch copy was removed'))
}

const warning =
  'A rehearsal lets the function change the login that the secret opens, and change it back. In between, for some seconds, a single user’s AWSCURRENT does not open it; alternating users are not disturbed. Say --yes to go on.'

const reasonOf = ({ Failures }: TurnView): string =>
  `${Failures.at(-1)?.Reason ?? 'The rotation was abandoned'}. The secret itself was not touched.`

async function copy(endpoint: Endpoint, original: Original): Promise<Scratch> {
  const { Name, KmsKeyId, Tags = [], ARN } = original
  const value = await callSecrets<{ SecretString?: string; SecretBinary?: string }>(
    endpoint,
    'GetSecretValue',
    { SecretId: ARN },
  )
  const { SecretString, SecretBinary } = value
  const name = `${Name}${rehearsalInfix}${randomBytes(4).toString('hex')}`
  const first = randomUUID()
  await callSecrets(endpoint, 'CreateSecret', {
    Name: name,
    Description: `A rehearsal of ${Name}`,
    ClientRequestToken: first,
    KmsKeyId,
    SecretString,
    SecretBinary,
    Tags: Tags.filter(({ Key }) => !Key.startsWith('aws:')),
  })
  return { name, first }
}

/** Brings the login back to the value that the rehearsal began with. Throws, and leaves the copy, if not. */
async function goBack(endpoint: Endpoint, scratch: Scratch, turn: TurnView): Promise<void> {
  const { name: SecretId, first } = scratch
  const isDone = turn.State === 'succeeded'
  // The function set nothing yet.
  if (!isDone && turn.Failures.at(-1)?.Step === 'createSecret') return
  if (!isDone) await yieldPending(endpoint, SecretId, turn.VersionId)
  process.stdout.write(line('the way back'))
  const begun = await callStrongroom<RotateBackResponse>(endpoint, 'RotateBack', {
    SecretId,
    VersionId: first,
  })
  const back = await watchTurn(endpoint, SecretId, making(begun.VersionId))
  if (back.State === 'succeeded') return
  await callSecrets(endpoint, 'CancelRotateSecret', { SecretId })
  throw new Refusal(
    `The way back failed: ${back.Failures.at(-1)?.Reason ?? 'it was abandoned'}. The login may have a value that only ${SecretId} holds: it was kept. Compare its versions, then set the login by hand.`,
  )
}

/** Functions look for what opens the login under AWSPREVIOUS, too: there goes the value that may be set. */
async function yieldPending(endpoint: Endpoint, SecretId: string, pending: string): Promise<void> {
  const move = { SecretId, VersionStage: 'AWSPREVIOUS', MoveToVersionId: pending }
  await callSecrets(endpoint, 'UpdateSecretVersionStage', move)
  const off = { SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: pending }
  await callSecrets(endpoint, 'UpdateSecretVersionStage', off)
}

const remove = (endpoint: Endpoint, { name: SecretId }: Scratch): Promise<unknown> =>
  callSecrets(endpoint, 'DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true })
