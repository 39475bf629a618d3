/**
 * Where the agent's own credentials come from, in the order in which AWS's clients look: environment,
 * web identity, profile, container, instance.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
import { readFileSync } from 'node:fs'
import { textsIn } from '../lib/xml-texts.ts'
import type { Signer } from '../sigv4/sign.ts'
import { type Outgoing, Unreachable } from './outgoing.ts'
import { profileOf, type Section, sectionsIn } from './profile.ts'
import { Refused } from './upstream.ts'

/** Credentials with their end, in milliseconds since 1970. */
export interface Lent extends Signer {
  readonly expiresAt?: number | undefined
  /** The role or profile that they are of, where it is known. */
  readonly roleArn?: string | undefined
}

/** Finds credentials; `undefined` where this source is not set up. Throws CredentialsMissing if it fails. */
export type Source = (signal: AbortSignal) => Promise<Lent | undefined>

/** There are no credentials. The words say where was looked and hold none. */
export class CredentialsMissing extends Error {
  override name = 'CredentialsMissing'
}

export interface SourceNeeds {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly outgoing: Outgoing
  /** Where STS is. */
  readonly stsUrl: string
  now(): number
}

/** The first source that has any. */
export function chainOf(needs: SourceNeeds): Source {
  const sources = [ofEnvironment, ofWebIdentity, ofProfile, ofContainer, ofInstance]
  return async (signal) => {
    for (const source of sources) {
      const found = await source(needs, signal)
      if (found) return found
    }
    throw new CredentialsMissing(
      'no credentials in the environment, a web identity token, a profile, a container or an instance',
    )
  }
}

const fileLifeMs = 600_000

/** `credentials_file_path`: the default profile of a file, which somebody renews; with a session token. */
export function fileSource(path: string, now: () => number): Source {
  return async () => {
    const section = sectionsIn(path).default
    const lent = section && keysIn(section)
    if (!lent) throw new CredentialsMissing(`${path} holds no default profile with keys`)
    if (!lent.sessionToken) {
      throw new CredentialsMissing(`${path} holds no aws_session_token: it takes short-lived keys`)
    }
    return { ...lent, expiresAt: now() + fileLifeMs }
  }
}

function keysIn(section: Section): Lent | undefined {
  const accessKeyId = section.aws_access_key_id
  const secretAccessKey = section.aws_secret_access_key
  if (!accessKeyId || !secretAccessKey) return undefined
  const sessionToken = section.aws_session_token
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

const ofEnvironment = async ({ environment }: SourceNeeds): Promise<Lent | undefined> => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment
  return keysIn({
    aws_access_key_id: AWS_ACCESS_KEY_ID,
    aws_secret_access_key: AWS_SECRET_ACCESS_KEY,
    aws_session_token: AWS_SESSION_TOKEN,
  })
}

async function ofWebIdentity(needs: SourceNeeds, signal: AbortSignal): Promise<Lent | undefined> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: path, AWS_ROLE_ARN: role } = needs.environment
  if (!path || !role) return undefined
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: needs.environment.AWS_ROLE_SESSION_NAME || 'strongroom-agent',
    WebIdentityToken: readToken(path),
  })
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const body = Buffer.from(form.toString())
  const sent = { url: needs.stsUrl, method: 'POST', headers, body } as const
  const { status, text } = await needs.outgoing.send(sent, signal)
  const texts = textsIn(text)
  if (status !== 200) {
    throw new Refused(status, texts.get('Code') ?? '', texts.get('Message') ?? '')
  }
  return lentIn(texts, role)
}

/** Credentials in the texts of an answer of STS. */
export function lentIn(texts: ReadonlyMap<string, string>, roleArn: string): Lent {
  return lentOf(
    {
      AccessKeyId: texts.get('AccessKeyId'),
      SecretAccessKey: texts.get('SecretAccessKey'),
      Token: texts.get('SessionToken'),
      Expiration: texts.get('Expiration'),
    },
    roleArn,
  )
}

async function ofProfile({ environment }: SourceNeeds): Promise<Lent | undefined> {
  const name = environment.AWS_PROFILE
  const section = profileOf(environment)
  const found = keysIn(section)
  if (found || !name) return found
  const other = ['role_arn', 'sso_session', 'sso_start_url', 'credential_process'].find(
    (member) => section[member] !== undefined,
  )
  if (!other) throw new CredentialsMissing(`there is no profile ${name} with keys`)
  throw new CredentialsMissing(
    `profile ${name} has ${other}, which the agent does not follow: name the role by roleArn`,
  )
}

/** Plain http only to where nobody on the network listens, as AWS's clients have it. */
const nearHosts =
  /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]|169\.254\.170\.(?:2|23)|\[fd00:ec2::23\])$/

async function ofContainer(needs: SourceNeeds, signal: AbortSignal): Promise<Lent | undefined> {
  const { environment, outgoing } = needs
  const relative = environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  const full = environment.AWS_CONTAINER_CREDENTIALS_FULL_URI
  const url = relative ? `http://169.254.170.2${relative}` : full
  if (!url) return undefined
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && !nearHosts.test(hostname)) {
    throw new CredentialsMissing(`credentials are not asked for at ${hostname} without TLS`)
  }
  const path = environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  const token = path ? readToken(path) : environment.AWS_CONTAINER_AUTHORIZATION_TOKEN
  const headers: Record<string, string> = token ? { Authorization: token } : {}
  const { status, text } = await outgoing.send({ url, headers }, signal)
  if (status !== 200) throw new CredentialsMissing(`the container endpoint answered ${status}`)
  return lentOf(membersIn(text))
}

const instanceMsMax = 1000

async function ofInstance(needs: SourceNeeds, signal: AbortSignal): Promise<Lent | undefined> {
  const { environment, outgoing } = needs
  if (environment.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined
  const base = environment.AWS_EC2_METADATA_SERVICE_ENDPOINT || 'http://169.254.169.254'
  const soon = AbortSignal.any([signal, AbortSignal.timeout(instanceMsMax)])
  const ask = async (path: string, headers: Record<string, string>, method: 'GET' | 'PUT') => {
    const answer = await outgoing.send({ url: new URL(path, base).href, method, headers }, soon)
    if (answer.status === 200) return answer.text.trim()
    throw new CredentialsMissing(`the instance's metadata answered ${answer.status}`)
  }
  const life = { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }
  try {
    const token = await ask('/latest/api/token', life, 'PUT')
    const shown = { 'x-aws-ec2-metadata-token': token }
    const list = '/latest/meta-data/iam/security-credentials/'
    const role = await ask(list, shown, 'GET')
    return lentOf(membersIn(await ask(`${list}${encodeURIComponent(role)}`, shown, 'GET')))
  } catch (error) {
    // Most machines are no instance of EC2.
    if (error instanceof Unreachable) return undefined
    throw error
  }
}

type Members = Readonly<Record<string, string | undefined>>

function membersIn(text: string): Members {
  try {
    return JSON.parse(text) as Members
  } catch {
    throw new CredentialsMissing('credentials that are not JSON')
  }
}

function lentOf(members: Members, roleArn?: string): Lent {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = members
  const role = roleArn ?? members.RoleArn
  const expiresAt = Date.parse(Expiration ?? '')
  if (!AccessKeyId || !SecretAccessKey || Number.isNaN(expiresAt)) {
    throw new CredentialsMissing('an answer without credentials')
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(Token && { sessionToken: Token }),
    ...(role && { roleArn: role }),
    expiresAt,
  }
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    throw new CredentialsMissing(`can't read the token in ${path}`)
  }
}
