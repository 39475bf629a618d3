/** Growth with the number of policies that a principal has: only one of them is about the call. */
import type { Signer } from '../../../src/sigv4/sign.ts'
import { type Figure, type Measure, quotients } from '../measure.ts'
import { callsFile, each, inTurns, press } from '../press.ts'
import { hot, makeUser, readOrder, type Served } from '../served.ts'
import { bytesOf, call } from '../wire.ts'

const counts = [1, 10, 100] as const
const perHolder = 10

export const policies: Measure = {
  name: 'policies',
  about:
    'the same read by users with 1, 10 and 100 managed policies (100: by ten groups), against one',

  async run(stage, size, common) {
    const house = await common.house()
    const arns = await makePolicies(house, Math.max(...counts))
    const candidates = []
    for (const count of counts) {
      const keys = await userWith(house, arns.slice(0, count))
      const calls = Array.from({ length: hot.secrets }, (_, n) =>
        bytesOf(house.url, keys, readOrder(n)),
      )
      const load = { connections: hot.connections, seconds: size.seconds / 2 }
      const file = callsFile(stage, calls)
      await common.warm(house, file)
      candidates.push([`${count}`, () => press(stage, house, { ...load, calls: file })] as const)
    }
    const seen = await inTurns(size, Object.fromEntries(candidates))
    const of = (count: number) => each(seen[count] ?? [], 'microseconds')
    const base = of(counts[0])
    return [
      { name: 'with 1', unit: 'µs', better: 'less', rounds: base },
      ...counts.slice(1).map((count): Figure => {
        const rounds = quotients(of(count), base)
        return { name: `with ${count}`, unit: 'x', better: 'less', rounds, goal: 1.2 }
      }),
    ]
  },
}

const iam = ({ url, root }: Served, operation: string, input: object) =>
  call(url, root, { service: 'iam', operation, input })

const textOf = (text: string, name: string): string =>
  new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? ''

/** The first is about secrets, the others are about other things. */
async function makePolicies(house: Served, count: number): Promise<string[]> {
  const arns: string[] = []
  for (let n = 0; n < count; n++) {
    const Action = n === 0 ? 'secretsmanager:GetSecretValue' : ['s3:GetObject', 's3:ListBucket']
    const Resource = n === 0 ? '*' : [`arn:aws:s3:::bucket-${n}`, `arn:aws:s3:::bucket-${n}/*`]
    const Statement = [{ Effect: 'Allow', Action, Resource }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    const made = await iam(house, 'CreatePolicy', { PolicyName: `p-${n}`, PolicyDocument })
    arns.push(textOf(made, 'Arn'))
  }
  return arns
}

/** A user has ten policies at most, and is in ten groups at most, which have ten each. */
async function userWith(house: Served, arns: readonly string[]): Promise<Signer> {
  const UserName = `with-${arns.length}`
  const { keys } = await makeUser(house, house.root, UserName, [])
  const isMany = arns.length > perHolder
  for (const [n, PolicyArn] of arns.entries()) {
    const GroupName = `group-${Math.floor(n / perHolder)}`
    if (isMany && n % perHolder === 0) {
      await iam(house, 'CreateGroup', { GroupName })
      await iam(house, 'AddUserToGroup', { GroupName, UserName })
    }
    if (isMany) await iam(house, 'AttachGroupPolicy', { GroupName, PolicyArn })
    else await iam(house, 'AttachUserPolicy', { UserName, PolicyArn })
  }
  return keys
}
