/**
 * References to secrets and parameters in texts, as CloudFormation writes them, and what they stand for.
 * Segments behind the name are optional and have their places; an ARN, which holds colons itself, is
 * its first seven segments.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
import type { GetParameterResult } from '../contract/generated/ssm.ts'
import { Refusal } from '../lib/fault.ts'
import { callSecrets, callSsm, type Endpoint } from './client.ts'
import { plain } from './print.ts'
import { memberOf } from './secret.ts'

export type Reference =
  | {
      readonly kind: 'secret'
      readonly id: string
      readonly field?: string
      readonly stage?: string
      readonly version?: string
    }
  | { readonly kind: 'parameter'; readonly name: string; readonly isSecure: boolean }

const written = /\{\{resolve:([^{}]*)\}\}/g
const arnSegments = 7
const parameterName = /^[a-zA-Z0-9_.\-/]+(?::\d+)?$/

/** Whether a text refers to anything. */
export const refers = (text: string): boolean => text.includes('{{resolve:')

/** A reference to one field of a secret. */
export const referenceTo = (id: string, field: string | undefined): string =>
  field === undefined
    ? `{{resolve:secretsmanager:${id}}}`
    : `{{resolve:secretsmanager:${id}:SecretString:${field}}}`

/** Every reference of a text, each once, by the words that stand there. Throws Refusal. */
export function referencesIn(text: string): ReadonlyMap<string, Reference> {
  const found = new Map<string, Reference>()
  for (const [all, inside = ''] of text.matchAll(written)) found.set(all, parse(inside, all))
  // What is left must not look like one: a broken reference would go out as a value.
  if (refers(text.replaceAll(written, ''))) {
    throw new Refusal('A {{resolve: is not closed by }}, or holds a brace.')
  }
  return found
}

function parse(inside: string, all: string): Reference {
  const [service, rest] = splitAt(inside, inside.indexOf(':'))
  if (service === 'secretsmanager') return parseSecret(rest, all)
  if (service !== 'ssm' && service !== 'ssm-secure') {
    throw new Refusal(`${plain(all)}: the service is secretsmanager, ssm or ssm-secure.`)
  }
  if (!parameterName.test(rest)) {
    throw new Refusal(`${plain(all)}: a parameter is its name, and a number for its version.`)
  }
  return { kind: 'parameter', name: rest, isSecure: service === 'ssm-secure' }
}

const splitAt = (text: string, at: number): [string, string] =>
  at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]

function parseSecret(text: string, all: string): Reference {
  const segments = text.split(':')
  const idSegments = text.startsWith('arn:') ? arnSegments : 1
  const id = segments.slice(0, idSegments).join(':')
  const [kind = '', field = '', stage = '', version = '', ...more] = segments.slice(idSegments)
  const wrong = [
    [id === '' || segments.length < idSegments, 'it names no secret'],
    [kind !== '' && kind !== 'SecretString', 'behind the name stands SecretString or nothing'],
    [stage !== '' && version !== '', 'a label or a version, not both'],
    [more.length > 0, 'there is a segment too many'],
  ].find(([isWrong]) => isWrong)
  if (wrong) throw new Refusal(`${plain(all)}: ${wrong[1]}.`)
  return {
    ...{ kind: 'secret', id },
    ...(field !== '' && { field }),
    ...(stage !== '' && { stage }),
    ...(version !== '' && { version }),
  }
}

/** Reads what references stand for: each version of a secret once. */
export class Resolver {
  readonly #endpoint: Endpoint
  readonly #texts = new Map<string, Promise<string>>()

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
  }

  /** The text with values in the place of references. Throws Refusal, which holds no value. */
  async resolve(text: string): Promise<string> {
    const values = new Map<string, string>()
    for (const [all, reference] of referencesIn(text)) {
      const value = await this.#valueOf(reference)
      if (value.endsWith('\\')) {
        throw new Refusal(`${plain(all)}: a value that ends in a backslash can't be resolved.`)
      }
      values.set(all, value)
    }
    return text.replaceAll(written, (all) => values.get(all) ?? all)
  }

  async #valueOf(reference: Reference): Promise<string> {
    const text = await this.#textOf(reference)
    if (reference.kind === 'parameter' || reference.field === undefined) return text
    return memberOf(text, reference.field, reference.id)
  }

  #textOf(reference: Reference): Promise<string> {
    const { kind } = reference
    const key =
      kind === 'secret'
        ? JSON.stringify([reference.id, reference.stage, reference.version])
        : JSON.stringify([reference.name, reference.isSecure])
    const known = this.#texts.get(key)
    if (known) return known
    const reading =
      kind === 'secret'
        ? readSecret(this.#endpoint, reference)
        : readParameter(this.#endpoint, reference.name, reference.isSecure)
    this.#texts.set(key, reading)
    return reading
  }
}

async function readSecret(
  endpoint: Endpoint,
  { id, stage, version }: Extract<Reference, { kind: 'secret' }>,
): Promise<string> {
  const { SecretString } = await callSecrets<{ SecretString?: string }>(
    endpoint,
    'GetSecretValue',
    { SecretId: id, VersionStage: stage, VersionId: version },
  )
  if (SecretString === undefined) throw new Refusal(`${plain(id)} holds bytes, not text.`)
  return SecretString
}

async function readParameter(endpoint: Endpoint, Name: string, isSecure: boolean): Promise<string> {
  const input = { Name, WithDecryption: isSecure }
  const { Parameter } = await callSsm<GetParameterResult>(endpoint, 'GetParameter', input)
  if (!isSecure && Parameter?.Type === 'SecureString') {
    throw new Refusal(`${plain(Name)} is a SecureString: refer to it by ssm-secure.`)
  }
  return Parameter?.Value ?? ''
}
