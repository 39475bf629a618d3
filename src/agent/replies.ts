/** What went wrong behind the agent, as AWS's agent tells it. */
import { Unreachable } from './outgoing.ts'
import type { Reply } from './route.ts'
import { CredentialsMissing } from './sources.ts'
import { Refused } from './upstream.ts'

/** A request that is wrong by its form; words for people. */
export class BadRequest extends Error {
  override name = 'BadRequest'
}

/** A refusal of the agent's own, in the form of a service's. */
export const refuse = (status: number, code: string, words: string): Refused =>
  new Refused(status, code, words)

/** @param complain tells of what is our own fault */
export function replyTo(thrown: unknown, complain: (thrown: unknown) => void): Reply {
  if (thrown instanceof BadRequest) return { status: 400, body: thrown.message }
  if (thrown instanceof Refused) return refusedReply(thrown)
  if (thrown instanceof Unreachable) return unreachableReplies[thrown.kind]
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return unreachableReplies.timeout
  if (!(thrown instanceof CredentialsMissing)) complain(thrown)
  return internal
}

function refusedReply({ status, code, message }: Refused): Reply {
  if (message === '') return { ...internal, status: status >= 400 ? status : 500 }
  return json(status, { __type: code, message })
}

const json = (status: number, value: object): Reply => ({ status, body: JSON.stringify(value) })

const internal = json(500, { __type: 'InternalFailure' })

const unreachableReplies: Readonly<Record<Unreachable['kind'], Reply>> = {
  timeout: json(504, { __type: 'TimeoutError', message: 'Timeout' }),
  read: json(502, { __type: 'ConnectionError', message: 'Read Error' }),
  response: json(502, { __type: 'ConnectionError', message: 'Response Error' }),
}
