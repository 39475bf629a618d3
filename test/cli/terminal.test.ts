/** What a person at a terminal sees, through a pseudo-terminal of util-linux's `script`. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { raiseHouse } from '../house.ts'
import { main } from '../program.ts'

const house = await raiseHouse()
after(() => house[Symbol.asyncDispose]())
await new SecretsManagerClient(house.client()).send(
  new CreateSecretCommand({ Name: 'dev/app', SecretString: '{"password":"planted value"}' }),
)
const skip = spawnSync('script', ['--version']).status === 0 ? false : 'script is not here'
const escapeByte = String.fromCharCode(27)

/** What the terminal shows, with its escapes. */
async function shown(line: string, environment: Readonly<Record<string, string>> = {}) {
  const words = ['-qec', `'${process.execPath}' '${main}' ${line}`, '/dev/null']
  const child = spawn('script', words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      TERM: 'xterm-256color',
      AWS_ACCESS_KEY_ID: house.root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: house.root.secretAccessKey,
      AWS_ENDPOINT_URL: house.url,
      ...environment,
    },
  })
  return text(child.stdout)
}

describe('a terminal', { skip }, () => {
  test('shows how long a value is, and the value when that is asked for', async () => {
    const masked = await shown('get dev/app --field password')
    assert.match(masked, /^•{8} \(13 characters\)\r\n/)
    assert.doesNotMatch(masked, /planted/)
    assert.doesNotMatch(await shown('get dev/app --json'), /planted/)
    assert.match(await shown('get dev/app --field password --reveal'), /^planted value\r\n/)
  })

  test('gets no template and no export with values in it', async () => {
    assert.match(await shown('export --format json'), /^strongroom: This would show secrets/)
    assert.match(
      await shown(`render '${import.meta.filename}'`),
      /^strongroom: This would show secrets/,
    )
  })

  test('has titles in bold, unless NO_COLOR says otherwise', async () => {
    assert.ok((await shown('list')).startsWith(`${escapeByte}[1mNAME`))
    assert.ok((await shown('list', { NO_COLOR: '1' })).startsWith('NAME'))
  })
})
