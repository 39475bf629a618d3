/** What is served besides the AWS wire, to anybody: whether the house is open, and how to use it. */
import type { Answer } from './wire/protocol.ts'

/** How the rooms do, once they are open. */
export interface Condition {
  /** What an operator should see to. */
  readonly warnings: readonly string[]
  /** Nothing is answered: it could not be recorded. */
  readonly isFull: boolean
  /** The exporters of the audit, by name. */
  readonly audit: Readonly<Record<string, object>>
}

/** The page of a path, if there is one. @param condition absent before the rooms are open */
export function pageOf(
  path: string,
  docs: string | undefined,
  condition: Condition | undefined,
): Answer | undefined {
  if (path === '/-/health') {
    const body = `${JSON.stringify(healthOf(condition))}\n`
    const headers = { 'Content-Type': 'application/json' }
    return { status: condition && !condition.isFull ? 200 : 503, headers, body }
  }
  if (path !== '/-/docs' || docs === undefined) return undefined
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: docs }
}

/** A warning does not take a house out of service: it answers as well as ever. */
function healthOf(condition: Condition | undefined): object {
  if (!condition) return { status: 'opening' }
  const { warnings, audit, isFull } = condition
  const status = warnings.length > 0 ? 'warning' : 'ok'
  return {
    status: isFull ? 'full' : status,
    ...(warnings.length > 0 && { warnings }),
    ...(Object.keys(audit).length > 0 && { audit }),
  }
}
