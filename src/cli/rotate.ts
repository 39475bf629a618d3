/** strongroom rotate: rotates a secret now and shows each step; and how all rotations stand. */
import { randomUUID } from 'node:crypto'
import type {
  ListRotationsResponse,
  RepairRotationResponse,
  RotationView,
} from '../contract/generated/strongroom.ts'
import { Refusal } from '../lib/fault.ts'
import { callSecrets, callStrongroom, type Endpoint, readEndpoint } from './client.ts'
import { FunctionLines } from './lines.ts'
import { line } from './print.ts'
import { rehearse } from './rehearse.ts'
import { dateText, failureText, making, watchTurn } from './turn.ts'

interface Flags {
  readonly rehearse?: boolean
  readonly yes?: boolean
  readonly logs?: boolean
  readonly profile?: string
}

export async function rotate(SecretId: string, flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  if (flags.rehearse) return rehearse(endpoint, SecretId, flags.yes === true)
  const ClientRequestToken = randomUUID()
  const input = { SecretId, ClientRequestToken }
  const { ARN } = await callSecrets<{ ARN: string }>(endpoint, 'RotateSecret', input)
  process.stdout.write(line(ARN))
  const lines = flags.logs ? new FunctionLines(endpoint) : undefined
  const turn = await watchTurn(endpoint, SecretId, making(ClientRequestToken), lines)
  if (turn.State !== 'succeeded') throw new Refusal(failureText(turn))
  process.stdout.write(line('rotated', `AWSCURRENT is ${ClientRequestToken}`))
}

/** The worst first. */
const order: readonly RotationView['Status'][] = [
  ...(['overdue', 'failing', 'waiting', 'running', 'due', 'scheduled', 'off'] as const),
]

export async function status(flags: {
  readonly json?: boolean
  readonly profile?: string
}): Promise<void> {
  const rotations = await listAll(readEndpoint(flags.profile))
  const rank = ({ Status }: RotationView) => order.indexOf(Status)
  rotations.sort((a, b) => rank(a) - rank(b) || (a.DueDate ?? 0) - (b.DueDate ?? 0))
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(rotations)}\n`)
    return
  }
  for (const rotation of rotations) process.stdout.write(statusLine(rotation))
}

async function listAll(endpoint: Endpoint): Promise<RotationView[]> {
  const rotations: RotationView[] = []
  let token: string | undefined
  do {
    const input = token === undefined ? {} : { NextToken: token }
    const page: ListRotationsResponse = await callStrongroom(endpoint, 'ListRotations', input)
    rotations.push(...page.Rotations)
    token = page.NextToken
  } while (token !== undefined)
  return rotations
}

function statusLine({ Status, Name, NextRotationDate, Turn }: RotationView): string {
  const isBad = Turn && (Turn.State === 'failed' || Turn.State === 'waiting')
  const reason = isBad ? [Turn.Failures.at(-1)?.Reason ?? ''] : []
  return line(
    Status.padEnd('scheduled'.length),
    Name,
    `by ${dateText(NextRotationDate)}`,
    ...reason,
  )
}

/** What was done, in words. */
const repairs: Readonly<Record<RepairRotationResponse['Repair'], string>> = {
  nothing: 'there was nothing to repair',
  running: 'the rotation is running now',
  reattempted: 'the rotation is taken up again with its version',
  'label-removed': 'AWSPENDING was taken off; the value stays under its version',
}

export async function repair(SecretId: string, flags: { profile?: string }): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const answer = await callStrongroom<RepairRotationResponse>(endpoint, 'RepairRotation', {
    SecretId,
  })
  const { ARN, Repair, VersionId } = answer
  process.stdout.write(line(ARN, repairs[Repair], ...(VersionId ? [VersionId] : [])))
}
