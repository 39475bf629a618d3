/** The least input that an operation's contract takes, made from the contract: for tests that walk all. */
import type { ServiceModel, Shape, StringShape } from '../../src/contract/model.ts'
import { compilePattern } from '../../src/wire/plan.ts'
import { type Overrides, texts } from './overrides.ts'

/** Texts among which one fits nearly every pattern of AWS's. */
const candidates = [
  'walked',
  'alias/walked',
  '/walked/',
  'walked-walked-walked-walked-walked-1',
  'arn:aws:iam::000000000000:role/walked',
  '000000000000',
  'walked.example.com',
  'us-east-1',
  'AKIAIOSFODNN7EXAMPLE',
  '123456',
  'v1',
  'a'.repeat(40),
]

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
})

/** An input for an operation; members that the contract does not require are left out. */
export function leastInput(model: ServiceModel, operation: string, overrides: Overrides): object {
  const { input } = model.operations[operation] ?? {}
  const given = overrides[operation] ?? {}
  return { ...(input === undefined ? {} : (leastOf(model, input, 0) as object)), ...given }
}

function leastOf(model: ServiceModel, name: string, depth: number): unknown {
  const shape = model.shapes[name]
  if (!shape || depth > 8) throw new Error(`no shape ${name}`)
  switch (shape.type) {
    case 'structure': {
      const required = shape.required ?? []
      return Object.fromEntries(
        required.map((member) => [
          member,
          leastOf(model, shape.members[member]?.shape ?? '', depth + 1),
        ]),
      )
    }
    case 'list':
      return Array.from({ length: Math.max(1, shape.min ?? 1) }, () =>
        leastOf(model, shape.member.shape, depth + 1),
      )
    case 'map':
      return {}
    case 'string':
      return textOf(name, shape)
    case 'blob':
      return 'd2Fsa2Vk'
    case 'boolean':
      return false
    case 'timestamp':
      return 1_700_000_000
    default:
      return numberOf(shape)
  }
}

const numberOf = ({ min = 1 }: Shape): number => Math.max(1, min)

function textOf(name: string, shape: StringShape): string {
  if (shape.enum) return shape.enum[0] ?? ''
  if (texts[name] !== undefined) return texts[name]
  if (/policy.*document|^policytype$/i.test(name)) return policy
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern } = shape
  const form = pattern === undefined ? /^/ : compilePattern(pattern)
  const found = candidates.find(
    (text) => text.length >= min && text.length <= max && form.test(text),
  )
  if (found === undefined) throw new Error(`no candidate fits ${name}: give one in the overrides`)
  return found
}
