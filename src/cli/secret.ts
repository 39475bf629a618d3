/** A secret as the commands see it: its value as text, or as the variables that it stands for. */
import { Refusal } from '../lib/fault.ts'
import { callSecrets, type Endpoint } from './client.ts'

export interface Which {
  readonly stage?: string
  readonly version?: string
}

interface Got {
  readonly Name: string
  readonly VersionId: string
  readonly SecretString?: string
  readonly SecretBinary?: string
}

export interface Version {
  readonly name: string
  readonly versionId: string
  /** One of the two: text, or bytes. */
  readonly text?: string
  readonly base64?: string
}

/** A version of a secret. Throws Refusal. */
export async function readVersion(
  endpoint: Endpoint,
  id: string,
  which: Which = {},
): Promise<Version> {
  const got = await callSecrets<Got>(endpoint, 'GetSecretValue', {
    SecretId: id,
    VersionStage: which.stage,
    VersionId: which.version,
  })
  const { Name: name, VersionId: versionId, SecretString: text, SecretBinary: base64 = '' } = got
  return { name, versionId, ...(text === undefined ? { base64 } : { text }) }
}

/** The text of a version. Throws Refusal for one that holds bytes. */
export async function readText(endpoint: Endpoint, id: string, which: Which = {}) {
  const { name, versionId, text } = await readVersion(endpoint, id, which)
  if (text === undefined) throw new Refusal(`${id} holds bytes, not text.`)
  return { name, versionId, text }
}

/** The members of a value that is a JSON object, as texts; `undefined` for any other. */
export function membersIn(text: string): ReadonlyMap<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return new Map(
      Object.entries(value).map(([name, member]) => [
        name,
        typeof member === 'string' ? member : JSON.stringify(member),
      ]),
    )
  } catch {
    return undefined
  }
}

/** One member of a JSON value. Throws Refusal if there is none; says nothing of the value. */
export function memberOf(text: string, field: string, id: string): string {
  const member = membersIn(text)?.get(field)
  if (member === undefined) throw new Refusal(`${id} has no field ${field}.`)
  return member
}
