/**
 * The instance metadata service of EC2, version 2, as far as AWS's clients need it for credentials and
 * a region. Its token keeps out who can only make a server send GETs (SSRF), not other users of the machine:
 * it is served only where the operator named an application for it.
 *
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Application } from './applications.ts'
import { json } from './container.ts'
import { type LentMembers, NotLent } from './lender.ts'
import type { Asked, Guard, Reply, Route } from './route.ts'

export interface MetadataNeeds {
  readonly application: Application
  readonly region: string
  readonly guards: readonly Guard[]
  /** Throws NotLent. */
  lend(application: Application): Promise<LentMembers>
  now(): number
}

const tokenPath = '/latest/api/token'
const roots = ['/latest/meta-data/', '/latest/dynamic/']
const rolesPath = '/latest/meta-data/iam/security-credentials/'
const lifeSecondsMax = 21_600
const lifeHeader = 'x-aws-ec2-metadata-token-ttl-seconds'
const tokenHeader = 'x-aws-ec2-metadata-token'

export function metadataRoutes(needs: MetadataNeeds): readonly Route[] {
  const { guards } = needs
  const tokens = new Tokens(needs.now)
  return [
    {
      takes: (path) => path === tokenPath,
      methods: ['PUT'],
      guards,
      answer: (asked) => giveToken(tokens, asked),
    },
    {
      takes: (path) => roots.some((root) => path.startsWith(root)),
      guards,
      answer: (asked) => tell(needs, tokens, asked),
    },
  ]
}

function giveToken(tokens: Tokens, { request }: Asked): Reply {
  const text = request.headers[lifeHeader]
  const seconds = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (seconds < 1 || seconds > lifeSecondsMax) return plain(400, 'Bad Request')
  const headers = { [lifeHeader]: String(seconds) }
  return { ...plain(200, tokens.give(seconds)), headers: { ...headers, ...typeHeaders } }
}

function tell(
  needs: MetadataNeeds,
  tokens: Tokens,
  { path, request }: Asked,
): Reply | Promise<Reply> {
  const token = request.headers[tokenHeader]
  // Version 1 has no token: a client that falls back to it gets no further.
  if (typeof token !== 'string' || !tokens.holds(token)) return plain(401, 'Unauthorized')
  const { region, application } = needs
  const role = application.roleArn.split('/').at(-1) ?? ''
  const facts = new Map<string, () => Reply | Promise<Reply>>([
    [rolesPath, () => plain(200, role)],
    [rolesPath.slice(0, -1), () => plain(200, role)],
    [`${rolesPath}${role}`, () => giveCredentials(needs)],
    [`${rolesPath}${encodeURIComponent(role)}`, () => giveCredentials(needs)],
    ['/latest/meta-data/placement/region', () => plain(200, region)],
    // botocore takes the region from the zone.
    ['/latest/meta-data/placement/availability-zone', () => plain(200, `${region}a`)],
    ['/latest/meta-data/placement/availability-zone/', () => plain(200, `${region}a`)],
    [
      '/latest/dynamic/instance-identity/document',
      () => json(200, { region, accountId: application.roleArn.split(':')[4] }),
    ],
  ])
  return facts.get(path)?.() ?? plain(404, 'Not Found')
}

async function giveCredentials({ lend, application, now }: MetadataNeeds): Promise<Reply> {
  const LastUpdated = `${new Date(now()).toISOString().slice(0, 19)}Z`
  try {
    const lent = await lend(application)
    return json(200, { Code: 'Success', LastUpdated, Type: 'AWS-HMAC', ...lent })
  } catch (thrown) {
    if (!(thrown instanceof NotLent)) throw thrown
    return json(thrown.status, { Code: thrown.code, Message: thrown.message, LastUpdated })
  }
}

const typeHeaders = { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' }
const plain = (status: number, body: string): Reply => ({ status, body, headers: typeHeaders })

const endBytes = 6
const saltBytes = 10

/** Tokens that say themselves until when they hold, sealed by a key of this process: none is kept. */
class Tokens {
  readonly #key = randomBytes(32)
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  give(seconds: number): string {
    const terms = Buffer.alloc(endBytes + saltBytes)
    terms.writeUIntBE(this.#now() + seconds * 1000, 0, endBytes)
    randomBytes(saltBytes).copy(terms, endBytes)
    return Buffer.concat([terms, this.#proofOf(terms)]).toString('base64url')
  }

  holds(token: string): boolean {
    const bytes = Buffer.from(token.slice(0, 256), 'base64url')
    const terms = bytes.subarray(0, endBytes + saltBytes)
    const proof = this.#proofOf(terms)
    const shown = bytes.subarray(terms.length)
    const isOurs = shown.length === proof.length && timingSafeEqual(shown, proof)
    return isOurs && terms.readUIntBE(0, endBytes) > this.#now()
  }

  #proofOf(terms: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(terms).digest()
  }
}
