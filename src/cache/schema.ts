/**
 * JSON through a schema. A refusal names the places that do not fit and quotes nothing: the words of
 * JSON.parse and of schema libraries repeat the text that they stumbled upon, which is a secret.
 *
 * https://standardschema.dev
 */

/** What zod, valibot, arktype and others offer since they agreed on it. */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    validate(value: unknown): Checked<T> | Promise<Checked<T>>
    readonly types?: { readonly input: unknown; readonly output: T } | undefined
  }
}

type Checked<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] }

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** A schema, or a function that returns what it was given in its right form, or throws. */
export type Parser<T> = StandardSchema<T> | ((value: unknown) => T | Promise<T>)

/** A secret is not what the application expects. Its words hold nothing of the value. */
export class SecretFormatError extends Error {
  override readonly name = 'SecretFormatError'
}

/** The text as JSON, through the parser if there is one. */
export async function parseWith<T>(
  parser: Parser<T> | undefined,
  text: string,
  name: string,
): Promise<T | unknown> {
  const value = parseJson(text, name)
  if (parser === undefined) return value
  if ('~standard' in parser) return checked(await parser['~standard'].validate(value), name)
  try {
    return await parser(value)
  } catch {
    throw new SecretFormatError(`${name} was refused by its parser`)
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SecretFormatError(`${name} is not JSON`)
  }
}

function checked<T>(result: Checked<T>, name: string): T {
  if (result.issues === undefined) return result.value
  const places = result.issues.map(({ path = [] }) => path.map(keyOf).join('.') || 'its top')
  throw new SecretFormatError(`${name} does not fit its schema at ${places.join(', ')}`)
}

const keyOf = (part: PropertyKey | { readonly key: PropertyKey }): string =>
  String(typeof part === 'object' ? part.key : part)
