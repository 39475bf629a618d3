/**
 * strongroom rollback: AWSPREVIOUS becomes AWSCURRENT again. By labels alone, or, with --rotate, by the
 * rotation function, which also sets that value where the secret is used.
 */
import type { RotateBackResponse } from '../contract/generated/strongroom.ts'
import { Refusal } from '../lib/fault.ts'
import { callSecrets, callStrongroom, type Endpoint, readEndpoint } from './client.ts'
import { line } from './print.ts'
import { failureText, making, watchTurn } from './turn.ts'

interface Described {
  readonly ARN: string
  readonly RotationEnabled?: boolean
  readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>>
}

export async function rollback(
  SecretId: string,
  flags: { readonly rotate?: boolean; readonly profile?: string },
): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  if (flags.rotate) return rotateBack(endpoint, SecretId)
  const described = await callSecrets<Described>(endpoint, 'DescribeSecret', { SecretId })
  const from = holderOf(described, 'AWSCURRENT')
  const to = holderOf(described, 'AWSPREVIOUS')
  if (from === undefined || to === undefined) {
    throw new Refusal('There is no AWSPREVIOUS to go back to.')
  }
  const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: to, RemoveFromVersionId: from }
  await callSecrets(endpoint, 'UpdateSecretVersionStage', { SecretId, ...move })
  process.stdout.write(line(described.ARN, `AWSCURRENT is ${to}`, `AWSPREVIOUS is ${from}`))
  if (!described.RotationEnabled) return
  process.stderr.write(
    'The rotation function was not asked: only the labels have moved. --rotate lets it set the value, too.\n',
  )
}

const holderOf = ({ VersionIdsToStages = {} }: Described, label: string): string | undefined =>
  Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes(label))

async function rotateBack(endpoint: Endpoint, SecretId: string): Promise<void> {
  const begun = await callStrongroom<RotateBackResponse>(endpoint, 'RotateBack', { SecretId })
  process.stdout.write(line(begun.ARN, `back to the value of ${begun.From}`))
  const turn = await watchTurn(endpoint, SecretId, making(begun.VersionId))
  if (turn.State !== 'succeeded') throw new Refusal(failureText(turn))
  process.stdout.write(line('rotated back', `AWSCURRENT is ${begun.VersionId}`))
}
