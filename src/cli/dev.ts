/**
 * strongroom dev: a house for the project in this folder, with data of its own that git does not take, until
 * Ctrl-C. Its profile goes into the AWS files when that is agreed to.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename, join, resolve } from 'node:path'
import { parse } from 'ini'
import { readConfig } from '../config.ts'
import { profile as ownProfile, writeCredentials } from '../credentials.ts'
import type { House } from '../house.ts'
import { Refusal } from '../lib/fault.ts'
import { addingProfile, apply, type Profile, removingProfile } from './aws-profile.ts'
import { Cancelled, confirm } from './confirm.ts'
import { quoted } from './print.ts'
import { serveWith } from './serve.ts'

interface Flags {
  readonly listen?: string
  readonly as?: string
  readonly undo?: boolean
  readonly yes?: boolean
}

const folder = '.strongroom'
const usualPort = 7766

export async function dev(flags: Flags): Promise<void> {
  const name = flags.as ?? `strongroom-${projectName()}`
  if (!/^[\w.-]+$/.test(name)) throw new Refusal('--as is letters, digits, and _.-')
  if (flags.undo) return undo(name)
  const data = join(folder, 'data')
  mkdirSync(data, { recursive: true, mode: 0o700 })
  // Git ignores what ignores itself: nothing of the project's own is changed for it.
  writeFileSync(join(folder, '.gitignore'), '*\n')
  const listen = flags.listen ?? (await addressOf(join(data, 'root-credentials')))
  await serveWith(readConfig({ listen, data }, process.env), (house) => greet(house, name, flags))
}

/** After the folder, in characters that names may have. */
const projectName = (): string => basename(resolve()).replace(/[^\w.-]+/g, '-') || 'dev'

/** Where it was the last time, or where it usually is, or where there is room. */
async function addressOf(credentialsPath: string): Promise<string> {
  const [, last] = /^http:\/\/(.+)$/.exec(sectionOf(credentialsPath)?.endpoint_url ?? '') ?? []
  if (last !== undefined) return last
  return `127.0.0.1:${(await isFree(usualPort)) ? usualPort : 0}`
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const { promise, resolve: settle } = Promise.withResolvers<boolean>()
  server.once('error', () => settle(false))
  server.listen(port, '127.0.0.1', () => server.close(() => settle(true)))
  return promise
}

type Section = Readonly<Record<string, string>>

const sectionOf = (path: string): Section | undefined =>
  existsSync(path) ? parse(readFileSync(path, 'utf8'))[ownProfile] : undefined

async function greet(house: House, name: string, flags: Flags): Promise<void> {
  process.stdout.write(`strongroom listens on ${house.url}\n`)
  const profile = profileOf(house, name)
  const isThere = profile && (await offer(profile, flags))
  const use = isThere
    ? `AWS_PROFILE=${name}`
    : `AWS_SHARED_CREDENTIALS_FILE=${quoted(house.credentialsPath)}`
  process.stdout.write(
    [
      `data: ${folder}, which git ignores; Ctrl-C ends it`,
      '',
      `export ${isThere ? use : `${use} AWS_PROFILE=${ownProfile}`}`,
      `strongroom import .env --name ${projectName()}/dev`,
      '',
    ].join('\n'),
  )
}

/** By the root credentials of its data; they say where it listens now. */
function profileOf({ credentialsPath, url }: House, name: string): Profile | undefined {
  const section = sectionOf(credentialsPath)
  // Root's keys are the operator's own where the environment fixed them.
  if (!section) return undefined
  const profile = {
    accessKeyId: section.aws_access_key_id ?? '',
    secretAccessKey: section.aws_secret_access_key ?? '',
    region: section.region ?? 'us-east-1',
    url,
  }
  if (section.endpoint_url !== url) writeCredentials(credentialsPath, profile)
  return { ...profile, name }
}

/** Whether the profile is in the AWS files at last. */
async function offer(profile: Profile, { yes }: Flags): Promise<boolean> {
  try {
    const edits = addingProfile(profile)
    if (edits.length === 0) return true
    const files = edits.map(({ path }) => path).join(' and ')
    if (!(await confirm(`Write the profile ${profile.name} into ${files}?`, yes))) {
      if (yes === undefined) process.stderr.write('strongroom: --yes writes an AWS profile.\n')
      return false
    }
    apply(edits)
    process.stdout.write(
      `profile: ${profile.name}, in ${files}; strongroom dev --undo removes it\n`,
    )
    return true
  } catch (thrown) {
    if (thrown instanceof Cancelled) process.kill(process.pid, 'SIGINT')
    if (!(thrown instanceof Refusal)) throw thrown
    process.stderr.write(`strongroom: ${thrown.message}\n`)
    return false
  }
}

function undo(name: string): void {
  const edits = removingProfile(name)
  apply(edits)
  for (const { path } of edits) process.stdout.write(`${name} is taken out of ${path}\n`)
  if (edits.length === 0) process.stdout.write(`there is no profile ${name} that dev wrote\n`)
}
