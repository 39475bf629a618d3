/** Inputs in which every secret member, however deep, holds a text that can be looked for. */
import type { ServiceModel, Shape } from '../../src/contract/model.ts'
import { isSecretName } from '../../src/wire/secrets.ts'

const depthMax = 5

/** The secret members of an operation's input, planted; none if it has none. */
export function plantedInput(model: ServiceModel, operation: string, planted: string): object {
  const { input } = model.operations[operation] ?? {}
  const shape = input === undefined ? undefined : model.shapes[input]
  return (shape && (plant(model, shape, planted, 0) as object | undefined)) ?? {}
}

/** A value that holds the planted text wherever the contract or a member's name says secret. */
function plant(model: ServiceModel, shape: Shape, planted: string, depth: number): unknown {
  if (depth > depthMax) return undefined
  if (shape.type === 'structure') {
    const members = Object.entries(shape.members).flatMap(([name, { shape: of }]) => {
      const member = model.shapes[of]
      if (!member) return []
      const value = isSecret(name, member)
        ? secretOf(model, member, planted)
        : plant(model, member, planted, depth + 1)
      return value === undefined ? [] : [[name, value] as const]
    })
    return members.length > 0 ? Object.fromEntries(members) : undefined
  }
  if (shape.type !== 'list') return undefined
  const item = model.shapes[shape.member.shape]
  const value = item && plant(model, item, planted, depth + 1)
  return value === undefined ? undefined : [value]
}

const isSecret = (name: string, shape: Shape): boolean =>
  isSecretName(name) || ('sensitive' in shape && shape.sensitive === true)

function secretOf(model: ServiceModel, shape: Shape, planted: string): unknown {
  if (shape.type === 'string') return planted
  if (shape.type === 'blob') return Buffer.from(planted).toString('base64')
  if (shape.type === 'map') return { PLANTED: planted }
  if (shape.type !== 'list') return plant(model, shape, planted, 1)
  const item = model.shapes[shape.member.shape]
  return item?.type === 'string' ? [planted] : undefined
}
