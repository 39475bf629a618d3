/**
 * What the door would ask about a call that nobody makes now: for telling who could do a thing, and
 * why somebody could not. The same question as for a real call, from the same two places.
 */
import type { Caller } from '../lib/caller.ts'
import { Fault } from '../lib/fault.ts'
import type {
  Circumstances,
  Considered,
  Desk,
  Operation,
  Service,
  Supposed,
} from '../services/operation.ts'
import { restoreInput } from '../wire/restore.ts'
import { questionOf } from './decide.ts'
import type { Services } from './lane.ts'

export function supposedQuestion(
  services: Services,
  desk: Desk,
  now: Circumstances,
  { authority, service, operation, input, isRecorded, via, circumstances: told = now }: Supposed,
): Considered {
  const found = find(services, service, operation)
  const circumstances = via === undefined ? told : { ...told, via: [...told.via, via] }
  const { model } = found.service
  const rooms = found.service.rooms(deskFor(desk, authority.caller, circumstances))
  const asked = isRecorded ? restoreInput(model, operation, input) : input
  const subject = found.operation.touches(rooms, asked)
  const { action } = found.operation
  const question = action && questionOf(authority, action, subject, circumstances)
  return { subject, question: question || undefined }
}

/** Throws UnknownOperationException for what this house does not have (any more). */
function find(services: Services, name: string, operationName: string) {
  const service: Service | undefined = services.get(name)
  const operation: Operation | undefined = service?.operations.get(operationName)
  if (service && operation) return { service, operation }
  throw new Fault('UnknownOperationException')
}

/** The desk of a supposed caller: it may look, and enter nowhere. */
const deskFor = (desk: Desk, caller: Caller, { region }: Circumstances): Desk => ({
  ...desk,
  caller,
  region,
  enter: () => {
    throw new Error('a call that is only supposed enters nowhere')
  },
})
