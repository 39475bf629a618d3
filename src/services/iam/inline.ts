/** Inline policies: documents that belong to one identity. */
import { parsePolicy } from '../../policy/document.ts'
import { PolicyError } from '../../policy/error.ts'
import { fault } from './service.ts'

/** Throws MalformedPolicyDocument unless the text is a policy that an identity may have. */
export function mustBePolicy(text: string): void {
  try {
    parsePolicy(text, 'identity')
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown
    throw fault('MalformedPolicyDocument', thrown.message)
  }
}

/** White space does not count. */
const sizeOf = (text: string): number => text.replace(/\s/g, '').length

/** Throws LimitExceeded when an identity's inline policies together are too long. */
export function mustFit(
  policies: Readonly<Record<string, string>>,
  charsMax: number,
  kind: string,
  name: string,
): void {
  const total = Object.values(policies).reduce((sum, text) => sum + sizeOf(text), 0)
  if (total <= charsMax) return
  throw fault(
    'LimitExceeded',
    `Maximum policy size of ${charsMax} bytes exceeded for ${kind} ${name}`,
  )
}

/** The policy of that name. Throws NoSuchEntity. */
export function mustFindPolicy(policies: Readonly<Record<string, string>>, name: string): string {
  const text = Object.hasOwn(policies, name) ? policies[name] : undefined
  if (text !== undefined) return text
  throw fault('NoSuchEntity', `The policy with name ${name} cannot be found.`)
}
