import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { defaultLimits } from './limits.ts'
import { Log } from './log.ts'

function logOf(over = {}) {
  const lines: string[] = []
  const stream = { account: '000000000000', region: 'us-east-1', group: 'g', stream: 's' }
  const logs = {
    append: (_stream: object, batch: readonly { message: string }[]) =>
      void lines.push(...batch.map(({ message }) => message)),
  }
  const log = new Log(logs, stream, { ...defaultLimits, ...over }, () => 0)
  const output = new PassThrough()
  log.follow(output)
  return { log, output, lines }
}

const written = (output: PassThrough) => new Promise((go) => output.write('', go))

describe('log', () => {
  test('lines are cut wherever the pieces were', async () => {
    const { log, output, lines } = logOf()
    for (const piece of ['on', 'e\ntw', 'o\r\n\nGr', '\u00fc']) output.write(piece)
    await written(output)
    log.flush()
    assert.deepEqual(lines, ['one', 'two', ''])
    output.write('\u00dfe')
    await written(output)
    log.endLines()
    log.flush()
    assert.deepEqual(lines.slice(3), ['Gr\u00fc\u00dfe'])
  })

  test('a sign that two pieces share is whole', async () => {
    const { log, output, lines } = logOf()
    const bytes = Buffer.from('\u{1f511}\n')
    output.write(bytes.subarray(0, 2))
    output.write(bytes.subarray(2))
    await written(output)
    log.flush()
    assert.deepEqual(lines, ['\u{1f511}'])
  })

  test('a line that is too long is several', async () => {
    const { log, output, lines } = logOf({ logLineBytesMax: 4 })
    output.write('123456789\n')
    await written(output)
    log.flush()
    assert.deepEqual(lines, ['1234', '5678', '9'])
  })

  test('beyond its share an invocation logs no more, and the next one does again', async () => {
    const { log, output, lines } = logOf({ logBytesMax: 100 })
    log.begin()
    for (let count = 0; count < 10; count++) output.write(`line ${count}\n`)
    await written(output)
    log.note('END')
    log.begin()
    output.write('again\n')
    await written(output)
    log.flush()
    assert.deepEqual(lines.slice(0, 3), ['line 0', 'line 1', 'line 2'])
    assert.match(lines.at(-3) ?? '', /^\[strongroom\] \d+ bytes of output were dropped/)
    assert.deepEqual(lines.slice(-2), ['END', 'again'])
  })

  test('the tail is the last 4 KiB since the invocation began', () => {
    const { log } = logOf()
    log.note('before')
    log.begin()
    assert.equal(Buffer.from(log.tail()).toString(), '')
    for (let count = 0; count < 1000; count++) log.note(`note ${count}`)
    const tail = Buffer.from(log.tail()).toString()
    assert.equal(tail.length, 4096)
    assert.ok(tail.endsWith('note 998\nnote 999\n'))
  })
})
