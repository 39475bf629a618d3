/**
 * What is amiss with a policy: it lets in everybody, or another account, or somebody who is not there;
 * it opens all secrets at once; it names secrets in a way that means none, or more than it seems to.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
import type { Finding } from '../../../contract/generated/strongroom.ts'
import { parseArn } from '../../../lib/arn.ts'
import { type PolicyDocument, readPolicy } from '../../../policy/document.ts'
import { PolicyError } from '../../../policy/error.ts'
import { type Exposure, exposuresOf, everybody as toEverybody } from '../../../policy/exposure.ts'
import { foldAscii } from '../../../policy/fold.ts'
import { compileGlob, matchGlob, parsePieces } from '../../../policy/pattern.ts'
import type { Statement } from '../../../policy/statement.ts'
import type { PolicyText } from './article.ts'
import { type Check, finding } from './finding.ts'

const everybody: Check = {
  name: 'PUBLIC_ACCESS',
  severity: 'critical',
  remedy: 'name the principals, or add a condition that pins the account or organization',
}
const otherAccount: Check = {
  name: 'CROSS_ACCOUNT_ACCESS',
  severity: 'medium',
  remedy: 'remove the statement unless that account is meant, or name single roles of it',
}
const wildcard: Check = {
  name: 'WILDCARD_READ',
  severity: 'high',
  remedy: 'name the secrets: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-??????',
}
const withoutSuffix: Check = {
  name: 'SECRET_WITHOUT_SUFFIX',
  severity: 'medium',
  remedy: 'put -?????? behind the name: the ARN of a secret ends with six more characters',
}
const looseSuffix: Check = {
  name: 'SECRET_LOOSE_SUFFIX',
  severity: 'low',
  remedy: 'put -?????? in place of the *, or a / before it',
}
const unreadable: Check = {
  name: 'POLICY_UNREADABLE',
  severity: 'medium',
  remedy: 'put it anew',
}

const readAction = foldAscii('secretsmanager:GetSecretValue')
const stepsMax = 100_000

/** How one statement is told of: where the policy stands, and which statement of which policy it is. */
interface Told {
  readonly where: string
  readonly title: string
}

/** @param account the one that the policy belongs to */
export function policyFindings(policy: PolicyText, account: string): Finding[] {
  const { where, name } = policy
  const document = documentOf(policy)
  const inPolicy = name === undefined ? '' : ` of policy ${name}`
  if (!document) return [finding(unreadable, where, `the policy${inPolicy} cannot be read`)]
  const exposures = exposuresOf(document, account)
  return document.statements.flatMap((statement, at) => {
    const told = { where, title: `statement ${at + 1}${inPolicy}` }
    if (statement.effect === 'Deny') return []
    const outside = exposures.filter((each) => each.statement === at)
    if (outside.some(({ to }) => to === toEverybody)) {
      return [finding(everybody, where, `${told.title} is for everybody`)]
    }
    return [
      ...abroad(outside, told),
      ...(document.kind === 'identity' ? broad(statement, told) : []),
      ...misnamed(statement, told),
    ]
  })
}

function documentOf({ text, kind }: PolicyText): PolicyDocument | undefined {
  try {
    return readPolicy(text, kind)
  } catch (thrown) {
    if (thrown instanceof PolicyError) return undefined
    throw thrown
  }
}

/** The users and roles that the text's statements name, by ARN or unique id. */
export function principalsIn(policy: PolicyText): string[] {
  const entries = documentOf(policy)?.statements.flatMap((each) => each.principals?.entries ?? [])
  const names = (entries ?? []).filter(({ type }) => type === 'AWS').map(({ value }) => value)
  return [
    ...new Set(names.filter((value) => /^A(?:IDA|ROA)|:iam::\d{12}:(?:user|role)\//.test(value))),
  ]
}

const abroad = (outside: readonly Exposure[], { where, title }: Told): Finding[] =>
  outside.map(({ to }) => finding(otherAccount, where, `${title} lets in account ${to}`))

/** Reading every secret at once; what a condition narrows is taken to be meant. */
function broad({ actions, resources, conditions }: Statement, { where, title }: Told): Finding[] {
  const isRead = actions.values.some((each) => covers(foldAscii(each), readAction))
  if (isRead === actions.negated || conditions.length > 0) return []
  if (!resources || resources.negated || !resources.values.some(isEverySecret)) return []
  return [finding(wildcard, where, `${title} allows to read every secret`)]
}

/** Two names that have nothing in common: what means both means all. */
const strangers = ['zq7x', '0/k-w'].map((name) => `secret:${name}-AbCdEf`)

function isEverySecret(value: string): boolean {
  const resource = value === '*' ? value : parseArn(value)?.resource
  if (resource === undefined) return false
  const service = value === '*' ? '*' : (parseArn(value)?.service ?? '')
  return covers(service, 'secretsmanager') && strangers.every((each) => covers(resource, each))
}

const covers = (pattern: string, text: string): boolean =>
  matchGlob(compileGlob(parsePieces(pattern)), text, { stepsLeft: stepsMax })

const suffixForm = /-[A-Za-z0-9?]{6}$/

function misnamed({ resources }: Statement, { where, title }: Told): Finding[] {
  if (!resources || resources.negated) return []
  return resources.values.flatMap((value) => {
    const arn = parseArn(value)
    if (arn?.service !== 'secretsmanager' || !arn.resource.startsWith('secret:')) return []
    const words = `${title} names ${value}`
    if (!value.includes('*') && !value.includes('${') && !suffixForm.test(value)) {
      return [finding(withoutSuffix, where, `${words}, which is the ARN of no secret`)]
    }
    if (!/[A-Za-z0-9_+=.@]\*$/.test(value)) return []
    return [finding(looseSuffix, where, `${words}, which also means names that go on otherwise`)]
  })
}
