/** Policy texts at the border: what is refused, and how documents are shown. */
import { parsePolicy } from '../../policy/document.ts'
import { PolicyError } from '../../policy/error.ts'
import { fault } from './service.ts'

/** What `parse` gives. Throws MalformedPolicyDocument for a text that is no such policy. */
export function mustParse<T>(parse: () => T): T {
  try {
    return parse()
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown
    throw fault('MalformedPolicyDocument', thrown.message)
  }
}

/** Throws MalformedPolicyDocument unless the text is a policy that an identity may have. */
export const mustBePolicy = (text: string): void => {
  mustParse(() => parsePolicy(text, 'identity'))
}

/** White space does not count. */
export const charsOf = (text: string): number => text.replace(/\s/g, '').length

/** IAM gives documents percent-encoded (RFC 3986), which clients take off again. */
export const shownDocument = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
