/**
 * strongroom audit export: the records of the account since an instant, oldest first, for whoever reads
 * them elsewhere. Page by page: memory does not grow with their number.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { Refusal } from '../lib/fault.ts'
import { callStrongroom, readEndpoint } from './client.ts'
import { parseSince } from './duration.ts'

interface Flags {
  readonly since: string
  readonly until?: string
  readonly format: string
  readonly output?: string
  readonly profile?: string
}

interface Page {
  readonly Records: readonly { readonly CloudTrailEvent: string }[]
  readonly NextToken?: string
}

/** What stands before the first record, between two, and behind the last. */
interface Format {
  readonly head: string
  readonly between: string
  readonly tail: string
  print(text: string): string
}

const columns = [
  ...['eventTime', 'eventID', 'eventSource', 'eventName', 'awsRegion', 'recipientAccountId'],
  ...['userIdentity.type', 'userIdentity.arn', 'userIdentity.accessKeyId', 'sourceIPAddress'],
  ...['userAgent', 'errorCode', 'errorMessage', 'requestID', 'readOnly', 'resources.0.ARN'],
]

const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['json', { head: '{"Records":[\n', between: ',\n', tail: '\n]}\n', print: (text) => text }],
  ['ndjson', { head: '', between: '\n', tail: '\n', print: (text) => text }],
  ['csv', { head: `${columns.join(',')}\r\n`, between: '\r\n', tail: '\r\n', print: row }],
])

export async function exportAudit(flags: Flags): Promise<void> {
  const format = formats.get(flags.format)
  if (!format) throw new Refusal('--format is json, ndjson or csv.')
  const StartTime = parseSince(flags.since)
  const EndTime = flags.until === undefined ? Date.now() / 1000 : parseSince(flags.until)
  const endpoint = readEndpoint(flags.profile)
  const out = openOutput(flags.output)
  let count = 0
  let NextToken: string | undefined
  try {
    do {
      const input = { StartTime, EndTime, NextToken }
      const page: Page = await callStrongroom(endpoint, 'ExportAudit', input)
      for (const { CloudTrailEvent } of page.Records) {
        out.write((count++ === 0 ? format.head : format.between) + format.print(CloudTrailEvent))
      }
      NextToken = page.NextToken
    } while (NextToken)
    out.write((count === 0 ? format.head : '') + format.tail)
  } finally {
    out.close()
  }
  process.stderr.write(`strongroom: ${count} records\n`)
}

/** A new file for its owner only, or standard output. Throws Refusal. */
function openOutput(path: string | undefined) {
  if (path === undefined) {
    return { write: (text: string) => void process.stdout.write(text), close: () => {} }
  }
  try {
    const file = openSync(path, 'wx', 0o600)
    return { write: (text: string) => void writeSync(file, text), close: () => closeSync(file) }
  } catch {
    throw new Refusal(`${path} is there already or can't be written: name a new file.`)
  }
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is made a text. */
function row(text: string): string {
  const record: unknown = JSON.parse(text)
  return columns.map((column) => cell(column.split('.').reduce(memberOf, record))).join(',')
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined

function cell(value: unknown): string {
  const text = value === undefined || value === null ? '' : String(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
