// A rotation function for one user of a login service, with nothing but Node: step by step as AWS's
// templates go, and signed by hand, so that no package has to be there.
import { createHash, createHmac } from 'node:crypto'

const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = process.env
const endpoint = process.env.SECRETS_MANAGER_ENDPOINT ?? process.env.AWS_ENDPOINT_URL

const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const sha256 = (text) => createHash('sha256').update(text).digest('hex')

async function call(operation, input) {
  const body = JSON.stringify(input)
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(endpoint).host,
    'x-amz-date': date,
    'x-amz-security-token': AWS_SESSION_TOKEN,
    'x-amz-target': `secretsmanager.${operation}`,
  }
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const request = ['POST', '/', '', lines.join(''), names, sha256(body)].join('\n')
  const scope = `${date.slice(0, 8)}/${AWS_REGION}/secretsmanager/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(request)].join('\n')
  const key = scope.split('/').reduce(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`)
  const signature = hmac(key, text).toString('hex')
  const { host, ...sent } = headers
  const credential = `Credential=${AWS_ACCESS_KEY_ID}/${scope}`
  sent.authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`
  const response = await fetch(endpoint, { method: 'POST', headers: sent, body })
  const answer = await response.json()
  if (response.ok) return answer
  throw Object.assign(new Error(operation), { name: answer.__type })
}

const read = async (SecretId, more) =>
  JSON.parse((await call('GetSecretValue', { SecretId, ...more })).SecretString)

const pendingOf = ({ SecretId, ClientRequestToken: VersionId }) =>
  read(SecretId, { VersionId, VersionStage: 'AWSPENDING' })

async function ask(path, { url }, body) {
  const response = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
  return response.ok
}

const opens = (secret) => ask('/login', secret, { password: secret.password })

const steps = {
  async createSecret(event) {
    const { SecretId, ClientRequestToken, RotationToken } = event
    const current = await read(SecretId, { VersionStage: 'AWSCURRENT' })
    try {
      await pendingOf(event)
    } catch (thrown) {
      if (thrown.name !== 'ResourceNotFoundException') throw thrown
      const { RandomPassword: password } = await call('GetRandomPassword', {})
      const SecretString = JSON.stringify({ ...current, password })
      const put = { SecretId, ClientRequestToken, RotationToken, SecretString }
      await call('PutSecretValue', { ...put, VersionStages: ['AWSPENDING'] })
    }
  },
  async setSecret(event) {
    const pending = await pendingOf(event)
    if (await opens(pending)) return
    const current = await read(event.SecretId, { VersionStage: 'AWSCURRENT' })
    const change = { by: current.password, password: pending.password }
    if (!(await ask('/password', current, change))) throw new TypeError('the login refuses')
  },
  async testSecret(event) {
    if (!(await opens(await pendingOf(event)))) throw new RangeError('it does not open')
  },
  async finishSecret({ SecretId, ClientRequestToken: MoveToVersionId }, stages) {
    const RemoveFromVersionId = Object.keys(stages).find((id) => stages[id].includes('AWSCURRENT'))
    const move = { VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId }
    await call('UpdateSecretVersionStage', { SecretId, ...move })
  },
}

export async function handler(event) {
  const described = await call('DescribeSecret', { SecretId: event.SecretId })
  const stages = described.VersionIdsToStages[event.ClientRequestToken]
  if (!described.RotationEnabled || !stages) throw new Error('not to be rotated')
  if (stages.includes('AWSCURRENT')) return
  await steps[event.Step](event, described.VersionIdsToStages)
}
