/** Resource elements of a secret's policy that mean another thing than they seem to. */
import { parseArn } from '../../lib/arn.ts'
import { compileGlob, matchGlob, parsePieces } from '../../policy/pattern.ts'
import type { Statement } from '../../policy/statement.ts'
import type { Secret } from './secret.ts'

const suffixForm = /-[A-Za-z0-9?]{6}$/
const stepsMax = 100_000

/** What is odd about the resources of a statement. */
export function resourceFindings(
  { resources }: Statement,
  { secret }: { readonly secret: Secret | undefined },
): readonly string[] {
  if (!resources || resources.negated) return []
  const bare = resources.values.filter(lacksSuffix)
  const found = bare.map(
    () =>
      'names a secret without the six characters that end its ARN; put -?????? behind the name.',
  )
  const { arn } = secret ?? {}
  if (arn === undefined || bare.length > 0 || resources.values.some((each) => covers(each, arn))) {
    return found
  }
  return [...found, 'means other secrets than the one that the policy is attached to.']
}

function lacksSuffix(resource: string): boolean {
  const arn = parseArn(resource)
  if (arn?.service !== 'secretsmanager' || !arn.resource.startsWith('secret:')) return false
  return !arn.resource.includes('*') && !suffixForm.test(arn.resource)
}

/** A value with a variable may mean anything. */
const covers = (resource: string, arn: string): boolean =>
  resource.includes('${') ||
  matchGlob(compileGlob(parsePieces(resource)), arn, { stepsLeft: stepsMax })
