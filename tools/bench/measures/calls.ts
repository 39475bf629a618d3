/** Other hot calls, beside the hot read of the same round. */
import { type Figure, type Measure, quotients } from '../measure.ts'
import { callsFile, each, inTurns, press } from '../press.ts'
import { hot, makeUser, readOrder, type Served } from '../served.ts'
import { bytesOf, call, type Order } from '../wire.ts'

const actions = ['secretsmanager:GetSecretValue', 'kms:*', 'ssm:GetParameter', 'sts:AssumeRole']
const rolesCount = 20
const account = '000000000000'
const plaintext = Buffer.alloc(64, 7).toString('base64')

export const calls: Measure = {
  name: 'calls',
  about: 'KMS, Parameter Store and STS over the wire, each against GetSecretValue',

  async run(stage, size, common) {
    const house = await common.house()
    const user = await makeUser(house, house.root, 'caller', actions)
    const orders = await ordersOf(house)
    const { seconds } = size
    const candidates = Object.entries(orders).map(([name, several]) => {
      const signed = several.map((order) => bytesOf(house.url, user.keys, order))
      const load = { connections: hot.connections, seconds, calls: callsFile(stage, signed) }
      return [name, () => press(stage, house, load)] as const
    })
    const seen = await inTurns(size, Object.fromEntries(candidates))
    const base = each(seen.GetSecretValue ?? [], 'microseconds')
    return Object.keys(orders).flatMap((name): Figure[] => {
      const rounds = each(seen[name] ?? [], 'microseconds')
      const absolute: Figure = { name, unit: 'µs', better: 'less', rounds }
      if (name === 'GetSecretValue') return [absolute]
      const against = `${name} against GetSecretValue`
      return [
        { name: against, unit: 'x', better: 'less', rounds: quotients(rounds, base) },
        absolute,
      ]
    })
  },
}

/** What stands behind the calls, and the calls, several of each so that not one record answers all. */
async function ordersOf({ url, root }: Served): Promise<Record<string, readonly Order[]>> {
  const kms = (operation: string, input: object): Order => ({ service: 'kms', operation, input })
  const made = JSON.parse(await call(url, root, kms('CreateKey', {})))
  const { KeyId } = made.KeyMetadata
  const encrypt = kms('Encrypt', { KeyId, Plaintext: plaintext })
  const { CiphertextBlob } = JSON.parse(await call(url, root, encrypt))
  const [Name, RoleName] = ['/bench/parameter', 'bench']
  const Value = 'not-a-secret'
  const put = { Name, Value, Type: 'SecureString' }
  await call(url, root, { service: 'ssm', operation: 'PutParameter', input: put })
  const Principal = { AWS: account }
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }]
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  const role = { RoleName, AssumeRolePolicyDocument }
  await call(url, root, { service: 'iam', operation: 'CreateRole', input: role })
  const RoleArn = `arn:aws:iam::${account}:role/${RoleName}`
  const parameter = { Name, WithDecryption: true }
  return {
    GetSecretValue: Array.from({ length: hot.secrets }, (_, n) => readOrder(n)),
    Encrypt: [encrypt],
    Decrypt: [kms('Decrypt', { CiphertextBlob })],
    GenerateDataKey: [kms('GenerateDataKey', { KeyId, KeySpec: 'AES_256' })],
    GetParameter: [{ service: 'ssm', operation: 'GetParameter', input: parameter }],
    AssumeRole: Array.from({ length: rolesCount }, (_, n) => ({
      ...{ service: 'sts', operation: 'AssumeRole' },
      input: { RoleArn, RoleSessionName: `session-${n}` },
    })),
  }
}
