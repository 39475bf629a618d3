/**
 * The way back from what redact.ts left in an audit record to an operation's input, as far as it goes:
 * secrets and blobs stay out. Good for asking what a call was about, not for running it again.
 */
import type { ServiceModel } from '../contract/model.ts'
import { type Plan, planOf, type StructurePlan } from './plan.ts'
import type { Structure } from './protocol.ts'
import { recordName } from './redact.ts'

export function restoreInput(
  model: ServiceModel,
  operation: string,
  parameters: object,
): Structure {
  const plan = planOf(model, operation)
  if (!plan) throw new Error(`${model.id} has no operation ${operation}`)
  return restoreStructure(plan.input, parameters)
}

function restoreStructure({ members }: StructurePlan, record: object): Structure {
  const structure: Structure = {}
  for (const { name, plan } of members) {
    const value = (record as Structure)[recordName(name)]
    if (value !== undefined && value !== null) structure[name] = restored(plan, value)
  }
  return structure
}

function restored(plan: Plan, value: unknown): unknown {
  if (plan.type === 'structure') return restoreStructure(plan, value as object)
  if (plan.type === 'list') return (value as unknown[]).map((each) => restored(plan.item, each))
  if (plan.type === 'map') {
    const entries = Object.entries(value as object)
    return Object.fromEntries(entries.map(([key, each]) => [key, restored(plan.item, each)]))
  }
  return plan.type === 'timestamp' ? Date.parse(value as string) : value
}
