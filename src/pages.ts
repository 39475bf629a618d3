/** What is served besides the AWS wire, to anybody: whether the house is open, and how to use it. */
import type { Answer } from './wire/protocol.ts'

/** The page of a path, if there is one. @param warnings what an operator should see to; absent before the rooms are open */
export function pageOf(
  path: string,
  docs: string | undefined,
  warnings: readonly string[] | undefined,
): Answer | undefined {
  if (path === '/-/health') {
    const body = `${JSON.stringify(healthOf(warnings))}\n`
    const headers = { 'Content-Type': 'application/json' }
    return { status: warnings ? 200 : 503, headers, body }
  }
  if (path !== '/-/docs' || docs === undefined) return undefined
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: docs }
}

/** A warning does not take a house out of service: it answers as well as ever. */
function healthOf(warnings: readonly string[] | undefined): object {
  if (!warnings) return { status: 'opening' }
  return warnings.length > 0 ? { status: 'warning', warnings } : { status: 'ok' }
}
