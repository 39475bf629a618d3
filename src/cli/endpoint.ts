/**
 * Where to call and as whom, found as AWS's clients find it: the environment, then the profile of the
 * credentials file, and last the root credentials that `serve` wrote beside its data.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'ini'
import { Refusal } from '../lib/fault.ts'
import type { Signer } from '../sigv4/sign.ts'

export interface Endpoint {
  readonly url: string
  readonly region: string
  readonly credentials: Signer
}

type Section = Readonly<Record<string, string | undefined>>

const ownFile = 'data/root-credentials'
const ownUrl = 'http://127.0.0.1:7766'

/** @param path a credentials file with one profile, which then is the one. Throws Refusal. */
export function readEndpoint(path: string | undefined): Endpoint {
  if (path !== undefined) return fromSection(onlySection(path), path)
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = process.env
  if (id && secret) return fromEnvironment(id, secret)
  const { AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE } = process.env
  if (AWS_PROFILE || AWS_SHARED_CREDENTIALS_FILE) return fromProfile(AWS_PROFILE ?? 'default')
  return fromSection(onlySection(ownFile), ownFile)
}

const regionSet = () => process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION

function fromEnvironment(accessKeyId: string, secretAccessKey: string): Endpoint {
  const sessionToken = process.env.AWS_SESSION_TOKEN
  return {
    url: process.env.AWS_ENDPOINT_URL ?? ownUrl,
    region: regionSet() ?? 'us-east-1',
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
  }
}

/** A profile stands in two files: its keys in one, the rest often in the other. */
function fromProfile(profile: string): Endpoint {
  const folder = join(homedir(), '.aws')
  const keysPath = process.env.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, 'credentials')
  const restPath = process.env.AWS_CONFIG_FILE ?? join(folder, 'config')
  const rest = sectionsIn(restPath)[profile === 'default' ? profile : `profile ${profile}`]
  return fromSection({ ...rest, ...sectionsIn(keysPath)[profile] }, `profile ${profile}`)
}

function fromSection(section: Section, where: string): Endpoint {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = section
  const url = process.env.AWS_ENDPOINT_URL ?? section.endpoint_url
  if (!accessKeyId || !secretAccessKey || !url) {
    throw new Refusal(`${where} does not hold a profile with keys and endpoint_url.`)
  }
  const sessionToken = section.aws_session_token
  return {
    url,
    region: regionSet() ?? section.region ?? 'us-east-1',
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
  }
}

function onlySection(path: string): Section {
  const [section] = Object.values(sectionsIn(path))
  if (section) return section
  throw new Refusal(
    `No credentials: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL, or name a credentials file (${path} can't be read).`,
  )
}

/** The sections of a file by name; none if there is no such file. */
function sectionsIn(path: string): Readonly<Record<string, Section>> {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}
