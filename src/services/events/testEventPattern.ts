/**
 * Whether a pattern holds for an event: asked of the very function that decides about live ones.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
 */
import { eventTree } from '../../events/pattern/pattern.ts'
import { type Json, JsonError, parseJson } from '../../lib/json.ts'
import { anything } from '../operation.ts'
import { fault, operation } from './service.ts'
import { mustBePattern } from './setting.ts'

export const testEventPattern = operation('TestEventPattern', {
  action: 'events:TestEventPattern',
  touches: ({ caller }) => anything(caller.account),
  run: (_rooms, { EventPattern, Event }) => ({
    Result: mustBePattern(EventPattern).matches(eventTree(mustBeEvent(Event))),
  }),
})

function mustBeEvent(text: string): Json {
  try {
    const event = parseJson(text)
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) return event
  } catch (thrown) {
    if (!(thrown instanceof JsonError)) throw thrown
  }
  throw fault('ValidationException', 'Parameter Event is not valid.')
}
