/** What rules can send events to here, by ARN. */
import { parseArn } from '../lib/arn.ts'

export type TargetKind = 'function' | 'log-group' | 'api-destination'

const kinds: readonly (readonly [service: string, resource: RegExp, kind: TargetKind])[] = [
  ['lambda', /^function:[\w-]+(?::[\w$-]+)?$/, 'function'],
  ['logs', /^log-group:\/aws\/events\/[\w./#-]+(?::\*)?$/, 'log-group'],
  ['events', /^api-destination\/[\w.-]+\/[\w-]+$/, 'api-destination'],
]

/** `undefined` for what is not offered. */
export function kindOf(arn: string): TargetKind | undefined {
  const parts = parseArn(arn)
  const row = kinds.find(
    ([service, form]) => parts?.service === service && form.test(parts.resource),
  )
  return row?.[2]
}
