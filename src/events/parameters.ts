/** Query and header parameters of calls. */

/** As a form has it. */
export const asQuery = (fields: Readonly<Record<string, string>>): string =>
  new URLSearchParams(fields).toString()

/** The address with further parameters behind those that it has. */
export function withQuery(url: URL, fields: Readonly<Record<string, string>>): URL {
  const longer = new URL(url)
  for (const [name, value] of Object.entries(fields)) longer.searchParams.append(name, value)
  return longer
}

/** What whoever wrote a rule may not say for the house. */
const reserved =
  /^(?:connection|content-encoding|content-length|expect|forwarded|host|keep-alive|max-forwards|proxy-.*|te|trailer|transfer-encoding|upgrade|via|x-amzn-.*|x-forwarded-.*)$/i
const nameForm = /^[!#$%&'*+.^`|~\w-]+$/

export const isFitHeader = (name: string): boolean => nameForm.test(name) && !reserved.test(name)

/** Nothing in a value may end its line. */
export const isFitValue = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
