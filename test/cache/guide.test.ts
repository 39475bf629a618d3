/** The example of docs/operate/cache.md, run as it stands there. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run, userEnvironment } from '../clients/tools.ts'
import { raiseScene } from '../wire/secretsmanager/scene.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the guide reads, parses and logs in', async () => {
  await using scene = await raiseScene()
  const SecretString = '{"host":"db.local","port":"5432","username":"app","password":"x"}'
  await scene.secret({ Name: 'shop/db', SecretString })
  const guide = readFileSync(join(root, 'docs/operate/cache.md'), 'utf8')
  const [, example = ''] = /```js\n([\s\S]*?)```/.exec(guide) ?? []
  // Below this folder, so that the SDK is found; the package itself is not built in a checkout.
  const folder = mkdtempSync(join(root, 'node_modules/.guide-'))
  try {
    const program = join(folder, 'guide.mjs')
    const source = JSON.stringify(join(root, 'src/cache/index.ts'))
    writeFileSync(program, example.replace(`'strongroom/cache'`, source))
    const ran = await run(process.execPath, [program], userEnvironment(scene.house))
    assert.equal(ran.stdout, 'read AWSCURRENT\ndb.local 5432\nin as app\n', ran.stderr)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
