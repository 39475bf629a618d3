/** Log files and digests in CloudTrail's layout: whole, once each, and verified as AWS's are. */
import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { CloudTrailClient, ListPublicKeysCommand } from '@aws-sdk/client-cloudtrail'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { raiseHouse, type TestHouse } from '../house.ts'
import { until } from '../until.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-files-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const hourMs = 3_600_000
let ahead = 0
const clock = { now: () => Date.now() + ahead }

const settings = (house: TestHouse, region = 'us-east-1') =>
  ({ ...house.client(house.root, region), systemClockOffset: ahead }) as object
const create = (house: TestHouse, Name: string, region?: string) =>
  new SecretsManagerClient(settings(house, region)).send(
    new CreateSecretCommand({ Name, SecretString: 'canary-of-a-value' }),
  )
const files = (kind: string) =>
  globSync(`AWSLogs/*/${kind}/**/*.json.gz`, { cwd: folder }).toSorted()
const textOf = (object: string) => gunzipSync(readFileSync(join(folder, object))).toString()
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
/** Time goes on, once everything was read that is there: what is read waits from then on. */
async function pass(milliseconds: number): Promise<void> {
  await until(async () => {
    const { audit } = (await (await fetch(`${house.url}/-/health`)).json()) as {
      audit: { files: { behind: number } }
    }
    return audit.files.behind === 0
  })
  ahead += milliseconds
}

interface LogRecord {
  readonly eventID: string
  readonly eventName: string
  readonly awsRegion: string
  readonly requestParameters?: { readonly name?: string }
}
const delivered = (): LogRecord[] =>
  files('CloudTrail').flatMap((object) => JSON.parse(textOf(object)).Records)
const names = () => delivered().map(({ requestParameters }) => requestParameters?.name)

const house = await raiseHouse({ world: { clock }, flags: { auditFiles: folder } })
after(() => house[Symbol.asyncDispose]())

test('files by account, region and day; gzip of {"Records":[...]}', async () => {
  await create(house, 'a')
  await create(house, 'b', 'eu-west-1')
  assert.deepEqual(files('CloudTrail'), [])
  await pass(5 * 60_000)
  await until(() => files('CloudTrail').length === 2)
  const [one = '', two = ''] = files('CloudTrail')
  const form =
    /^AWSLogs\/000000000000\/CloudTrail\/([a-z0-9-]+)\/\d{4}\/\d\d\/\d\d\/000000000000_CloudTrail_\1_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$/
  assert.deepEqual(
    [one, two].map((object) => form.exec(object)?.[1]),
    ['eu-west-1', 'us-east-1'],
  )
  assert.ok(names().includes('a') && names().includes('b'))
  assert.ok(
    JSON.parse(textOf(one)).Records.every((each: LogRecord) => each.awsRegion === 'eu-west-1'),
  )
  for (const object of [one, two]) assert.ok(!textOf(object).includes('canary-of-a-value'))
})

test('a restart delivers what waited, and nothing twice', async () => {
  await create(house, 'c')
  await house.restart()
  await create(house, 'd')
  await pass(5 * 60_000)
  await until(() => names().includes('d'))
  const ids = delivered().map(({ eventID }) => eventID)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(names().includes('c'))
})

test('a crash after a file was written: it is written anew under its name, not again', async () => {
  const path = join(house.dataPath, 'exporters', 'files.json')
  const count = files('CloudTrail').length
  const written = (text: string) => text.split('_CloudTrail_').length - 1
  await until(() => written(readFileSync(path, 'utf8')) === count)
  const before = readFileSync(path)
  await create(house, 'e')
  await pass(0)
  await house.stop()
  assert.ok(names().includes('e'))
  writeFileSync(path, before)
  await house.restart()
  await create(house, 'f')
  await pass(0)
  await house.stop()
  const found = names()
  assert.equal(found.filter((name) => name === 'e').length, 1)
  assert.equal(found.filter((name) => name === 'f').length, 1)
  assert.equal(files('CloudTrail').length, count + 1)
  await house.restart()
})

interface Digest {
  readonly digestS3Object: string
  readonly digestS3Bucket: string
  readonly digestStartTime: string
  readonly digestEndTime: string
  readonly previousDigestS3Object: string | null
  readonly previousDigestHashValue: string | null
  readonly previousDigestSignature: string | null
  readonly digestPublicKeyFingerprint: string
  readonly logFiles: readonly { readonly s3Object: string; readonly hashValue: string }[]
}

/** What is wrong in the chain of a region's digests, as AWS says to look for it. */
async function faultsIn(region: string): Promise<string[]> {
  const { PublicKeyList = [] } = await new CloudTrailClient(settings(house)).send(
    new ListPublicKeysCommand({}),
  )
  const faults: string[] = []
  const objects = files('CloudTrail-Digest').filter((each) => each.includes(`/${region}/`))
  let last: Digest | undefined
  for (const object of objects) {
    const text = textOf(object)
    const digest: Digest = JSON.parse(text)
    const signature = readFileSync(join(folder, `${object}.signature`), 'utf8')
    const key = PublicKeyList.find((each) => each.Fingerprint === digest.digestPublicKeyFingerprint)
    const signed = [
      digest.digestEndTime,
      `${digest.digestS3Bucket}/${object}`,
      sha256(text),
      digest.previousDigestSignature ?? 'null',
    ].join('\n')
    const publicKey = createPublicKey({
      key: Buffer.from(key?.Value ?? new Uint8Array()),
      format: 'der',
      type: 'pkcs1',
    })
    if (!verify('sha256', Buffer.from(signed), publicKey, Buffer.from(signature, 'hex'))) {
      faults.push(`signature of ${object}`)
    }
    if (digest.digestS3Object !== object) faults.push(`place of ${object}`)
    if ((digest.previousDigestS3Object ?? undefined) !== last?.digestS3Object) {
      faults.push(`predecessor of ${object}`)
    }
    if (last && digest.previousDigestHashValue !== sha256(textOf(last.digestS3Object))) {
      faults.push(`hash of ${last.digestS3Object}`)
    }
    if (last && digest.digestStartTime !== last.digestEndTime) faults.push(`gap before ${object}`)
    for (const { s3Object, hashValue } of digest.logFiles) {
      if (sha256(textOf(s3Object)) !== hashValue) faults.push(`hash of ${s3Object}`)
    }
    last = digest
  }
  return faults
}
const digests = () =>
  files('CloudTrail-Digest').filter((each) => each.includes('/CloudTrail-Digest/us-east-1/'))

test('digests each hour, empty ones too, signed and chained', async () => {
  await pass(hourMs)
  await until(() => digests().length === 1)
  await pass(hourMs)
  await until(() => digests().length === 2)
  await create(house, 'g')
  await pass(hourMs)
  await until(() => digests().length === 3)
  const [first = '', second = '', third = ''] = digests()
  assert.match(
    basename(first),
    /^000000000000_CloudTrail-Digest_us-east-1_strongroom_us-east-1_\d{8}T\d{6}Z\.json\.gz$/,
  )
  const listed = digests().flatMap((object) =>
    (JSON.parse(textOf(object)) as Digest).logFiles.map(({ s3Object }) => s3Object),
  )
  const logs = files('CloudTrail').filter((each) => each.includes('/us-east-1/'))
  assert.deepEqual(listed.toSorted(), logs)
  assert.deepEqual(JSON.parse(textOf(second)).logFiles.length, 0)
  assert.equal(JSON.parse(textOf(first)).previousDigestSignature, null)
  assert.equal(JSON.parse(textOf(third)).previousDigestS3Object, second)
  assert.deepEqual(await faultsIn('us-east-1'), [])
  assert.deepEqual(await faultsIn('eu-west-1'), [])
})

test('an altered log file and an altered digest are found', async () => {
  const [digest = ''] = digests()
  const log = (JSON.parse(textOf(digest)) as Digest).logFiles[0]?.s3Object ?? ''
  for (const object of [log, digest]) {
    const before = readFileSync(join(folder, object))
    writeFileSync(join(folder, object), gzipSync(textOf(object).replace('2', '3')))
    const faults = await faultsIn('us-east-1')
    assert.ok(
      faults.some((each) => each.endsWith(object)),
      `${object}: ${faults.join()}`,
    )
    writeFileSync(join(folder, object), before)
  }
  assert.deepEqual(await faultsIn('us-east-1'), [])
})

test('nobody complained', () => {
  assert.deepEqual(house.complaints, [])
})
