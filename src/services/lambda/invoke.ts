/**
 * Runs a function and answers with what it gives; or queues the event and answers at once; or only
 * says that the caller may. That the function itself fails is a 200 with a header.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
import { deployedOf } from './deployed.ts'
import { findTarget, type Target } from './function.ts'
import { clientContextIn, eventIn, mustFit, outputOf } from './invocation.ts'
import { notOffered } from './offered.ts'
import { enqueue } from './queue.ts'
import { operation, type Rooms } from './service.ts'

export const invoke = operation('Invoke', {
  action: 'lambda:InvokeFunction',
  touches: (look, input) => findTarget(look, input),

  async run(rooms, input, target) {
    if (input.DurableExecutionName !== undefined) throw notOffered('DurableExecutionName')
    if (input.TenantId !== undefined) throw notOffered('TenantId')
    const { InvocationType = 'RequestResponse', LogType } = input
    const payload = eventIn(input.Payload)
    const clientContext = clientContextIn(input.ClientContext)
    const event = { payload, ...(clientContext !== undefined && { clientContext }) }
    mustFit(InvocationType, payload)
    if (InvocationType === 'DryRun') return { StatusCode: 204 }
    if (InvocationType === 'Event') return queue(rooms, target, event)
    run(rooms, target, { ...event, wantsTail: LogType === 'Tail' })
    return { StatusCode: 200, ExecutedVersion: target.settings.version }
  },
})

interface Event {
  readonly payload: Uint8Array
  readonly clientContext?: string
}

/** One commit with the record of the call: what was accepted is not lost. */
async function queue(rooms: Rooms, { shelf, record, qualifier }: Target, event: Event) {
  await enqueue(rooms, { shelf, record, qualifier, requestId: rooms.requestId, ...event })
  const output = { StatusCode: 202 }
  rooms.afterwards(async () => {
    rooms.wakeQueue()
    return output
  })
  return output
}

function run(rooms: Rooms, target: Target, event: Event & { readonly wantsTail: boolean }): void {
  const { shelf, record, settings, arn: invokedArn } = target
  const { runners, see, requestId } = rooms
  const deployed = deployedOf(see, shelf, record, settings)
  rooms.afterwards(async () => {
    const outcome = await runners.invoke(deployed, { requestId, invokedArn, ...event })
    return outputOf(outcome, settings.version)
  })
}
