/**
 * Denies that shut out more than their author means: the account's administrators, who could then
 * not take the policy back, and the function that rotates the secret.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
import { partitionOf } from '../../lib/arn.ts'
import { compilePolicy } from '../../policy/compile.ts'
import { buildContext, contextOf } from '../../policy/context.ts'
import { decide } from '../../policy/decide.ts'
import { foldAscii } from '../../policy/fold.ts'
import type { RootPrincipal } from '../../policy/principal.ts'
import type { Statement } from '../../policy/statement.ts'
import { conditionKeysOf } from '../operation.ts'
import { absentSuffix, arnOf } from './name.ts'
import type { Shelf } from './records.ts'
import type { Secret } from './secret.ts'
import { isAbout } from './vocabulary.ts'

interface Place {
  readonly here: Shelf
  readonly secret: Secret | undefined
}

/** A Deny of putting another policy that holds for the account's own root user. */
export const shutsOutRoot = (statement: Statement, place: Place): string[] =>
  deniesRoot(statement, place, 'secretsmanager:PutResourcePolicy')
    ? ["denies this account's administrators to change the policy."]
    : []

/** A Deny of reading that holds for the root user wherever it is: often meant, always worth knowing. */
export const shutsOutReaders = (statement: Statement, place: Place): string[] =>
  !isByNetwork(statement) && deniesRoot(statement, place, 'secretsmanager:GetSecretValue')
    ? ["denies this account's administrators, its root included, to read the secret."]
    : []

function deniesRoot(statement: Statement, { here, secret }: Place, action: string): boolean {
  if (statement.effect !== 'Deny') return false
  const shelf = secret?.shelf ?? here
  const { account, region } = shelf
  const arn = `arn:${partitionOf(region)}:iam::${account}:root`
  const root: RootPrincipal = { kind: 'root', arn, account, tags: {} }
  const document = { kind: 'resource', version: '2012-10-17', id: undefined } as const
  const policy = compilePolicy({ ...document, statements: [statement] }, source)
  const { outcome } = decide({
    principal: root,
    action,
    resource: secret?.arn ?? arnOf(shelf, 'name', absentSuffix),
    resourceAccount: account,
    context: buildContext(root, account, contextOf(secret ? conditionKeysOf(secret) : {})),
    identity: [],
    resourcePolicy: policy,
  })
  return outcome !== 'allow'
}

const source = { kind: 'resource', name: 'policy' } as const

const rotationActions = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue'].map(
  (name) => `secretsmanager:${name}`,
)
const networkKeys = new Set(
  ['aws:SourceIp', 'aws:SourceVpc', 'aws:SourceVpce', 'aws:VpcSourceIp'].map(foldAscii),
)
const sparingKeys = new Set(
  ['aws:PrincipalArn', 'aws:ViaAWSService', 'aws:PrincipalIsAWSService', 'aws:CalledVia'].map(
    foldAscii,
  ),
)

/** A Deny for whoever is not in some network, where the function that rotates usually is not. */
export function shutsOutRotation(statement: Statement): string[] {
  const { effect, principals, conditions } = statement
  const isForAll = principals?.negated || principals?.entries.some(({ value }) => value === '*')
  if (effect !== 'Deny' || !isForAll) return []
  const isSparing = conditions.some(({ key }) => sparingKeys.has(foldAscii(key)))
  if (!isByNetwork(statement) || isSparing) return []
  return rotationActions.some((action) => isAbout(statement, action))
    ? ['denies by network, and would deny a rotation function outside of it.']
    : []
}

const isByNetwork = ({ conditions }: Statement): boolean =>
  conditions.some(({ key }) => networkKeys.has(foldAscii(key)))
