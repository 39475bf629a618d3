/** strongroom events: what could not be delivered, and what becomes of it. */
import type {
  DeadLetterResponse,
  DeadLetterView,
  ListDeadLettersResponse,
} from '../contract/generated/strongroom.ts'
import { callStrongroom, type Endpoint, readEndpoint } from './client.ts'
import { line } from './print.ts'

interface Flags {
  readonly json?: boolean
  readonly profile?: string
}

export async function dead(flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  for await (const letter of allLetters(endpoint)) {
    process.stdout.write(flags.json ? `${JSON.stringify(letter)}\n` : text(letter))
  }
}

async function* allLetters(endpoint: Endpoint): AsyncIterable<DeadLetterView> {
  let NextToken: string | undefined
  do {
    const input = NextToken === undefined ? {} : { NextToken }
    const page = await callStrongroom<ListDeadLettersResponse>(endpoint, 'ListDeadLetters', input)
    yield* page.DeadLetters
    NextToken = page.NextToken
  } while (NextToken !== undefined)
}

const text = (letter: DeadLetterView): string =>
  line(isoOf(letter.DeadDate), letter.Id, `${letter.RuleArn} -> ${letter.TargetArn}`) +
  line('   ', `${letter.Code}: ${letter.Words} (${triesText(letter)})`)

const triesText = ({ Tries, Exhausted }: DeadLetterView): string =>
  `${Tries} ${Tries === 1 ? 'try' : 'tries'}${Exhausted === undefined ? '' : `, ${Exhausted}`}`

const isoOf = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace(/\.\d+/, '')

export async function redrive(ids: readonly string[], flags: Flags): Promise<void> {
  await each('RedriveDeadLetter', ids, flags)
}

export async function drop(ids: readonly string[], flags: Flags): Promise<void> {
  await each('DeleteDeadLetter', ids, flags)
}

async function each(operation: string, ids: readonly string[], flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  for (const DeadLetterId of ids) {
    const answer = await callStrongroom<DeadLetterResponse>(endpoint, operation, { DeadLetterId })
    process.stdout.write(line(answer.DeadLetterId))
  }
}
