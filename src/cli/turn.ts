/** A turn of a rotation as it is watched: a line per step, as each is done, and how it ended. */
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  DescribeRotationResponse,
  FailureView,
  TurnView,
} from '../contract/generated/strongroom.ts'
import { Refusal } from '../lib/fault.ts'
import { callStrongroom, type Endpoint } from './client.ts'
import type { FunctionLines } from './lines.ts'
import { line } from './print.ts'

const lookMilliseconds = 250
/** Other rotations may go first. */
const beginsWithinMs = 60_000

/** Prints the steps of the turn that is meant until it rests; gives how it rests. */
export async function watchTurn(
  endpoint: Endpoint,
  SecretId: string,
  isMeant: (turn: TurnView) => boolean,
  lines?: FunctionLines,
): Promise<TurnView> {
  const begun = performance.now()
  let told = 0
  for (;;) {
    const { Rotation } = await callStrongroom<DescribeRotationResponse>(
      endpoint,
      'DescribeRotation',
      { SecretId },
    )
    const turn = Rotation.Turn
    if (Rotation.LambdaArn) await lines?.print(Rotation.LambdaArn)
    if (turn && isMeant(turn)) {
      const done = turn.Steps.filter(({ EndedDate }) => EndedDate !== undefined)
      for (const step of done.slice(told)) process.stdout.write(stepLine(step))
      told = Math.max(told, done.length)
      if (turn.State !== 'running') return turn
    } else if (performance.now() - begun > beginsWithinMs) {
      throw new Refusal(
        'It has not begun yet: others go first. `strongroom rotate status` shows them.',
      )
    }
    await sleep(lookMilliseconds)
  }
}

/** The turn that makes a version. */
export const making =
  (versionId: string) =>
  ({ VersionId }: TurnView): boolean =>
    VersionId === versionId

const stepLine = ({ Step, StartedDate, EndedDate = StartedDate }: TurnView['Steps'][number]) =>
  line(Step.padEnd('createSecret'.length), 'done', `${(EndedDate - StartedDate).toFixed(1)} s`)

/** Why it failed last, and when it is tried again, as one sentence. */
export function failureText({ State, Failures, RetryDate }: TurnView): string {
  if (State === 'ended') return 'It was cancelled or abandoned: AWSCURRENT was not changed by it.'
  const last: FailureView | undefined = Failures.at(-1)
  const again =
    RetryDate === undefined
      ? 'It is tried again with the next window.'
      : `It is tried again at ${dateText(RetryDate)}.`
  return `${last?.Reason ?? 'It failed'}. AWSCURRENT is what it was. ${again}`
}

/** An instant as the wire writes it, for people. */
export const dateText = (seconds: number | undefined): string =>
  seconds === undefined ? '-' : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
