/**
 * JSON paths, as far as EventBridge knows them: names behind dots or in brackets, and indexes.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-issues
 */

const step = /\.([\w-]+)|\[(\d{1,9})\]|\['([^'\]]{1,256})'\]/y

/** The steps of a path; `undefined` for a text that is none. */
export function parsePath(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined
  const steps: (string | number)[] = []
  for (let at = 1; at < path.length; at = step.lastIndex) {
    step.lastIndex = at
    const [whole, name, index, quoted] = step.exec(path) ?? []
    if (whole === undefined) return undefined
    steps.push(index === undefined ? (name ?? quoted ?? '') : Number(index))
  }
  return steps
}

/** What stands at a path; `undefined` if nothing does. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root
  for (const key of parsePath(path) ?? ['']) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}
