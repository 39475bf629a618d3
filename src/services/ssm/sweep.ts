/**
 * What policies want done when its time has come: parameters that expire are removed, and it is told
 * that one will, or that nobody changed one. Each goes in an attempt of its own, with its record.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
 */

import { randomUUID } from 'node:crypto'
import { runEach } from '../../lib/errands.ts'
import type { See } from '../../store/attempt.ts'
import type { Desk } from '../operation.ts'
import { arnOf } from './name.ts'
import type { Duty, ParameterRecord, Shelf } from './records.ts'
import { type Due, ParameterReader, ParameterStore } from './store.ts'

type Attempt = Desk['attempt']

/** What happened because of a policy. */
export interface PolicyEvent {
  readonly at: number
  readonly shelf: Shelf
  readonly eventId: string
  readonly parameterArn: string
  readonly parameterName: string
  readonly parameterType: string
  readonly policyType: Duty['type']
  readonly policyContent: string
}

/** What the house lends the sweeper. */
export interface Sweeping {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
  eventRecord(event: PolicyEvent): object
}

const dutiesPerSweepMax = 5000

/** Does what was due by then; gives for how many parameters. Called again, it takes the rest. */
export async function sweepParameters(house: Sweeping, at: number): Promise<number> {
  const due = await house.see((look) => new ParameterReader(look).due(at, dutiesPerSweepMax))
  return runEach(due, (each) => house.attempt((attempt) => sweepOne(house, attempt, each, at)))
}

/** It may have been put anew or deleted since the list was read. */
function sweepOne(house: Sweeping, attempt: Attempt, { shelf, name }: Due, at: number): boolean {
  const parameters = new ParameterStore(attempt, at)
  const parameter = parameters.find(shelf, name)
  const ended = parameter?.duties.filter((duty) => duty.at <= at) ?? []
  if (!parameter || ended.length === 0) return false
  for (const duty of ended) {
    attempt.record(house.eventRecord(eventOf(shelf, parameter, duty, at)))
    parameters.noteDone(shelf, parameter, duty)
  }
  if (ended.some(({ type }) => type === 'Expiration')) {
    parameters.remove(shelf, parameter)
    return true
  }
  const duties = parameter.duties.filter((duty) => duty.at > at)
  parameters.put(shelf, parameter, { ...parameter, duties })
  return true
}

const eventOf = (shelf: Shelf, { name, type }: ParameterRecord, duty: Duty, at: number) => ({
  ...{ at, shelf, eventId: randomUUID() },
  parameterArn: arnOf(shelf, name),
  parameterName: name,
  parameterType: type,
  policyType: duty.type,
  policyContent: duty.content,
})
