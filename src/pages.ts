/** What is served besides the AWS wire, to anybody: whether the house is open, and how to use it. */
import type { Answer } from './wire/protocol.ts'

/** The page of a path, if there is one. @param isOpen whether the rooms are open yet */
export function pageOf(
  path: string,
  docs: string | undefined,
  isOpen: boolean,
): Answer | undefined {
  if (path === '/-/health') {
    const body = `${JSON.stringify({ status: isOpen ? 'ok' : 'opening' })}\n`
    return { status: isOpen ? 200 : 503, headers: { 'Content-Type': 'application/json' }, body }
  }
  if (path !== '/-/docs' || docs === undefined) return undefined
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: docs }
}
