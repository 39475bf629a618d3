/**
 * AWS's own rotation functions, unchanged, in the python runtime. They are not part of this project:
 * STRONGROOM_AWS_TEMPLATES says where a checkout of aws-samples/aws-secrets-manager-rotation-lambdas
 * lies, STRONGROOM_AWS_TEMPLATES_LIBRARIES (optional) a folder with PyGreSQL and PyMySQL; boto3 must be
 * known to python3.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { zipSync } from 'fflate'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { withoutBoto3 } from '../clients/tools.ts'
import { raiseMariadb, withoutMariadb } from '../mariadb.ts'
import { raisePostgres, withoutPostgres } from '../postgres.ts'
import { type Code, raiseWorkshop, type Value, type Workshop } from './workshop.ts'

const { STRONGROOM_AWS_TEMPLATES: templates = '', STRONGROOM_AWS_TEMPLATES_LIBRARIES: libraries } =
  process.env
const without =
  withoutBoto3 || (existsSync(templates) ? false : 'STRONGROOM_AWS_TEMPLATES names no folder')

/** The template with its driver beside it, as AWS's own layer brings it. */
function codeOf(folder: string): Code {
  const page = readFileSync(join(templates, folder, 'lambda_function.py'))
  const files: Record<string, Uint8Array> = { 'lambda_function.py': page }
  const drivers = ['pg.py', 'pgdb.py', '_pg*.so', 'pymysql/**/*.py']
  for (const path of libraries ? globSync(drivers, { cwd: libraries }) : []) {
    const whole = join(libraries ?? '', path)
    if (statSync(whole).isFile()) files[path] = readFileSync(whole)
  }
  const handler = 'lambda_function.lambda_handler'
  return { name: folder, zip: zipSync(files), handler, runtime: 'python3.11' }
}

/** Rotates thrice; who the secret names after each, and whether each of its last two log-ins is taken. */
async function rotateThrice(
  workshop: Workshop,
  job: { readonly folder: string; readonly using: string; readonly value: Value },
  takes: (login: Record<string, string>) => Promise<boolean>,
): Promise<readonly (readonly [username: string, current: boolean, previous: boolean])[]> {
  const { folder, using, value } = job
  const environment = { SECRETS_MANAGER_ENDPOINT: workshop.house.url }
  const attached = await workshop.attach({ using, value, environment, other: codeOf(folder) })
  const seen: [string, boolean, boolean][] = []
  for (let turn = 0; turn < 3; turn++) {
    await attached.rotate()
    const [now, before] = [await attached.json(), await attached.json('AWSPREVIOUS')]
    seen.push([now.username ?? '', await takes(now), await takes(before)])
  }
  assert.deepEqual(attached.failures, [])
  const said = workshop.lines.join('\n')
  assert.ok(!said.includes((await attached.json()).password ?? '\0'), 'a password in the log')
  return seen
}

const single = [
  ['app', true, false],
  ['app', true, false],
  ['app', true, false],
] as const
const alternating = [
  ['app_clone', true, true],
  ['app', true, true],
  ['app_clone', true, true],
] as const

describe("AWS's PostgreSQL templates", { skip: without || withoutPostgres }, () => {
  const takes = async ({ host, port, username, password }: Record<string, string>) => {
    const settings = { host, port: Number(port), user: username, password }
    const client = new Client({ ...settings, database: 'postgres' })
    const isTaken = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => {})
    return isTaken
  }

  for (const [kind, using, expected] of [
    ['Single', 'postgres', single],
    ['Multi', 'postgres-alternating', alternating],
  ] as const) {
    test(`${kind}User rotates`, async () => {
      await using workshop = await raiseWorkshop()
      await using postgres = await raisePostgres()
      await postgres.run(`CREATE ROLE app LOGIN PASSWORD 'first'`)
      const { host, port } = postgres.admin
      const place = { engine: 'postgres', host, port, dbname: 'postgres', ssl: false }
      const masterarn = await workshop.secret({ ...place, ...postgres.admin })
      const value = { ...place, username: 'app', password: 'first', masterarn }
      const folder = `SecretsManagerRDSPostgreSQLRotation${kind}User`
      assert.deepEqual(await rotateThrice(workshop, { folder, using, value }, takes), expected)
    })
  }
})

describe("AWS's MySQL and MariaDB templates", { skip: without || withoutMariadb }, () => {
  const takes = async ({
    host = '',
    port,
    username = '',
    password = '',
  }: Record<string, string>) => {
    const settings = { host, port: Number(port), user: username, password }
    const connection = await createConnection(settings).catch(() => undefined)
    await connection?.end()
    return connection !== undefined
  }

  for (const [engine, family] of [
    ['mysql', 'MySQL'],
    ['mariadb', 'MariaDB'],
  ] as const) {
    for (const [kind, using, expected] of [
      ['Single', 'mysql', single],
      ['Multi', 'mysql-alternating', alternating],
    ] as const) {
      test(`${family} ${kind}User rotates`, async () => {
        await using workshop = await raiseWorkshop()
        await using mariadb = await raiseMariadb()
        await mariadb.run(`CREATE USER app IDENTIFIED BY 'first'`)
        const { host, port } = mariadb.admin
        const place = { engine, host, port, ssl: false }
        const masterarn = await workshop.secret({ ...place, ...mariadb.admin })
        const value = { ...place, username: 'app', password: 'first', masterarn }
        const folder = `SecretsManagerRDS${family}Rotation${kind}User`
        assert.deepEqual(await rotateThrice(workshop, { folder, using, value }, takes), expected)
      })
    }
  }
})
