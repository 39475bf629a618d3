/** A value as it may stand in a file: as it is, in UTF-16, in base64, in an address, in JSON, or a line of it. */
import { isTelling } from './entropy.ts'

export interface Form {
  readonly name: 'plain' | 'utf16' | 'base64' | 'url' | 'json' | 'line'
  readonly bytes: Buffer
}

/** No form of a value that would be found everywhere. */
export function formsOf(value: Uint8Array): Form[] {
  const bytes = Buffer.from(value)
  const whole = bytes.toString('utf8')
  if (!Buffer.from(whole).equals(bytes)) {
    return isTelling(bytes.toString('latin1')) ? [plain(bytes), ...base64Of(bytes)] : []
  }
  const text = whole.trim()
  if (!isTelling(text)) return []
  const utf16: Form = { name: 'utf16', bytes: Buffer.from(text, 'utf16le') }
  const forms = [
    plain(Buffer.from(text)),
    utf16,
    ...base64Of(Buffer.from(text)),
    ...encodedOf(text),
  ]
  const known = new Set<string>()
  return forms.filter(({ bytes: each }) => {
    const key = each.toString('latin1')
    return !known.has(key) && known.add(key)
  })
}

const plain = (bytes: Buffer): Form => ({ name: 'plain', bytes })

function encodedOf(text: string): Form[] {
  const written: readonly (readonly [Form['name'], string])[] = [
    ['plain', text.replaceAll('\n', '\r\n')],
    ['json', JSON.stringify(text).slice(1, -1)],
    ['json', JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')],
    ['url', encodeURIComponent(text)],
    ['url', new URLSearchParams([['', text]]).toString().slice(1)],
    ...linesOf(text).map((line) => ['line', line] as const),
  ]
  return written.map(([name, each]) => ({ name, bytes: Buffer.from(each) }))
}

const lineCharsMin = 32
const linesMax = 4

/** Indented, as in YAML, a text of many lines stands nowhere as a whole. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  if (lines.length < 2) return []
  return lines
    .filter((line) => line.length >= lineCharsMin && !line.startsWith('-----') && isTelling(line))
    .slice(0, linesMax)
}

/**
 * Inside a longer text base64 begins at one of three offsets: of each, the characters that the value
 * alone decides.
 */
function base64Of(bytes: Buffer): Form[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    const end = Math.floor((padded.length * 8) / 6)
    const text = padded.toString('base64').slice(Math.ceil((offset * 8) / 6), end)
    const safe = text.replaceAll('+', '-').replaceAll('/', '_')
    return [text, safe].map((each): Form => ({ name: 'base64', bytes: Buffer.from(each) }))
  })
}
