/**
 * Where to call and as whom, found as AWS's clients find it: the environment, then the profile of the
 * credentials file, the container endpoint, and last the root credentials that `serve` wrote beside its data.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'ini'
import { Refusal } from '../lib/fault.ts'
import type { Signer } from '../sigv4/sign.ts'
import { containerSigner } from './container.ts'

export interface Endpoint {
  readonly url: string
  readonly region: string
  /** Those that end are asked for when they are needed. */
  readonly credentials: Signer | (() => Promise<Signer>)
}

type Section = Readonly<Record<string, string | undefined>>

const ownFiles = ['data/root-credentials', '.strongroom/data/root-credentials']
const ownUrl = 'http://127.0.0.1:7766'

/** @param path a credentials file with one profile, which then is the one. Throws Refusal. */
export function readEndpoint(path: string | undefined): Endpoint {
  if (path !== undefined) return fromSection(onlySection(path), path)
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = process.env
  if (id && secret) return fromEnvironment(id, secret)
  const { AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE } = process.env
  if (AWS_PROFILE || AWS_SHARED_CREDENTIALS_FILE) {
    const profile = AWS_PROFILE ?? 'default'
    return fromSection(profileSection(profile), `profile ${profile}`)
  }
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri } = process.env
  if (uri) {
    const region = regionSet() ?? 'us-east-1'
    return {
      url: process.env.AWS_ENDPOINT_URL ?? ownUrl,
      region,
      credentials: containerSigner(uri),
    }
  }
  const file = ownFile()
  return fromSection(onlySection(file), file)
}

/**
 * Whatever the environment says: by a credentials file with one profile, or by the one that `serve` or
 * `dev` wrote below this folder. Throws Refusal.
 */
export function readFileEndpoint(path: string | undefined): Endpoint {
  const file = path ?? ownFile()
  const section = onlySection(file)
  const endpoint = fromSection(section, file)
  // With two sides a variable that names one endpoint can't mean both.
  return { ...endpoint, url: section.endpoint_url ?? endpoint.url }
}

const ownFile = (): string => ownFiles.find((each) => existsSync(each)) ?? 'data/root-credentials'

export interface AwsWish {
  readonly profile: string | undefined
  readonly region: string | undefined
  readonly url: string | undefined
}

/**
 * AWS itself, or what STRONGROOM_AWS_ENDPOINT names in its place: by a profile of the AWS files, else by
 * the environment. Throws Refusal.
 */
export function readAws({ profile, region, url }: AwsWish): Endpoint {
  const name = profile ?? process.env.AWS_PROFILE
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = process.env
  const section: Section =
    name !== undefined && (profile !== undefined || !id)
      ? profileSection(name)
      : {
          aws_access_key_id: id,
          aws_secret_access_key: secret,
          aws_session_token: process.env.AWS_SESSION_TOKEN,
        }
  if (!section.aws_access_key_id || !section.aws_secret_access_key) {
    throw new Refusal("AWS's keys: --aws-profile NAME, or AWS_ACCESS_KEY_ID and its secret.")
  }
  const there = region ?? regionSet() ?? section.region ?? 'us-east-1'
  const named = url ?? process.env.STRONGROOM_AWS_ENDPOINT ?? section.endpoint_url
  return {
    url: named ?? `https://secretsmanager.${there}.${domainOf(there)}`,
    region: there,
    credentials: credentialsIn(section),
  }
}

const domainOf = (region: string): string =>
  region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'

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
function profileSection(profile: string): Section {
  const folder = join(homedir(), '.aws')
  const keysPath = process.env.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, 'credentials')
  const restPath = process.env.AWS_CONFIG_FILE ?? join(folder, 'config')
  const rest = sectionsIn(restPath)[profile === 'default' ? profile : `profile ${profile}`]
  return { ...rest, ...sectionsIn(keysPath)[profile] }
}

function fromSection(section: Section, where: string): Endpoint {
  const { aws_access_key_id: id, aws_secret_access_key: secret } = section
  const url = process.env.AWS_ENDPOINT_URL ?? section.endpoint_url
  if (!id || !secret || !url) {
    throw new Refusal(`${where} does not hold a profile with keys and endpoint_url.`)
  }
  const region = regionSet() ?? section.region ?? 'us-east-1'
  return { url, region, credentials: credentialsIn(section) }
}

function credentialsIn(section: Section): Signer {
  const sessionToken = section.aws_session_token
  return {
    accessKeyId: section.aws_access_key_id ?? '',
    secretAccessKey: section.aws_secret_access_key ?? '',
    ...(sessionToken && { sessionToken }),
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
