/**
 * A policy became public, or lets in another account: of a secret, a KMS key, a role's trust, or a
 * function's permissions. Judged by what lint judges by; told when somebody is let in who was not before.
 */
import { dayOf } from '../../lib/clock.ts'
import { type PolicyKind, readPolicy } from '../../policy/document.ts'
import { PolicyError } from '../../policy/error.ts'
import { everybody, exposuresOf } from '../../policy/exposure.ts'
import type { Act } from '../act.ts'
import type { Detector, Finding } from '../detection.ts'
import type { Mind } from '../mind.ts'

export const exposure: Detector = {
  name: 'exposure',
  look(act, mind) {
    if (!names.has(act.name) || act.error !== undefined) return undefined
    const source = sources.get(`${act.service}:${act.name}`)
    return source && judge(act, mind, source)
  },
}

/** Where a record has a policy's text. */
interface Source {
  readonly kind: PolicyKind
  /** The text; `undefined` where nothing is left of the policy, or the default one stands. */
  text(act: Act): unknown
  /** What it is attached to, where the record does not name it as its resource. */
  arn?(act: Act): unknown
  /** One more statement, beside those that were there. */
  readonly isAdded?: true
}

const asked = (act: Act): Readonly<Record<string, unknown>> => ({ ...act.record.requestParameters })
const told = (act: Act): Readonly<Record<string, unknown>> => ({ ...act.record.responseElements })

const madeArn = (member: string) => (act: Act) => {
  const { [member]: made } = told(act)
  return typeof made === 'object' && made !== null && 'arn' in made ? made.arn : undefined
}

const sources: ReadonlyMap<string, Source> = new Map<string, Source>([
  [
    'secretsmanager:PutResourcePolicy',
    { kind: 'resource', text: (act) => asked(act).resourcePolicy },
  ],
  ['secretsmanager:DeleteResourcePolicy', { kind: 'resource', text: () => undefined }],
  ['kms:PutKeyPolicy', { kind: 'key', text: (act) => asked(act).policy }],
  ['kms:CreateKey', { kind: 'key', text: (act) => asked(act).policy, arn: madeArn('keyMetadata') }],
  [
    'kms:ReplicateKey',
    { kind: 'key', text: (act) => asked(act).policy, arn: madeArn('replicaKeyMetadata') },
  ],
  ['iam:CreateRole', { kind: 'trust', text: (act) => asked(act).assumeRolePolicyDocument }],
  ['iam:UpdateAssumeRolePolicy', { kind: 'trust', text: (act) => asked(act).policyDocument }],
  [
    'lambda:AddPermission',
    {
      kind: 'resource',
      isAdded: true,
      text: (act) => `{"Version":"2012-10-17","Statement":[${told(act).statement}]}`,
    },
  ],
  // Which one went is not told: whoever is let in next is told of again.
  ['lambda:RemovePermission', { kind: 'resource', text: () => undefined }],
])

/** Of whichever service: most acts have none of them. */
const names: ReadonlySet<string> = new Set(
  [...sources.keys()].map((key) => key.split(':')[1] ?? ''),
)

/** How many that one policy lets in are told one by one. */
const toldMax = 20

async function judge(act: Act, { memory }: Mind, source: Source): Promise<readonly Finding[]> {
  const { account, at, region, principal, requestId } = act
  const arn = source.arn?.(act) ?? act.resources[0]
  if (typeof arn !== 'string') return []
  const before = (await memory.get('exposure', account, arn))?.to ?? []
  const now = outsiders(source, act)
  const to = source.isAdded ? [...new Set([...before, ...now])] : now
  if (to.length > 0) memory.set('exposure', account, arn, { day: dayOf(at), to })
  else if (before.length > 0) memory.set('exposure', account, arn, undefined)
  const news = now.filter((each) => !before.includes(each)).slice(0, toldMax)
  return news.map((outsider) => ({
    ...{ at, account, region, principal, requestId, resource: arn, apart: outsider },
    severity: outsider === everybody ? 'critical' : 'medium',
    words: `its policy lets in ${outsider === everybody ? 'everybody' : `account ${outsider}`}`,
  }))
}

function outsiders({ text, kind }: Source, act: Act): string[] {
  const policy = text(act)
  if (typeof policy !== 'string') return []
  try {
    return [
      ...new Set(exposuresOf(readPolicy(policy, kind), act.account).map(({ to }) => to)),
    ].slice(0, outsidersMax)
  } catch (thrown) {
    // It was accepted; what cannot be read lets in nobody.
    if (thrown instanceof PolicyError) return []
    throw thrown
  }
}

const outsidersMax = 100
