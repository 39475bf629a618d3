/**
 * ARNs of buses, rules, connections and API destinations.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html#amazoneventbridge-resources-for-iam-policies
 */
import { formatArn, isAccountId, parseArn, partitionOf } from '../lib/arn.ts'
import type { Arn } from '../lib/brand.ts'
import { defaultBus, type Shelf } from './records.ts'

const arnOf = ({ account, region }: Shelf, resource: string): Arn =>
  formatArn({ partition: partitionOf(region), service: 'events', region, account, resource })

export const busArn = (shelf: Shelf, name: string): Arn => arnOf(shelf, `event-bus/${name}`)

export const ruleArn = (shelf: Shelf, bus: string, name: string): Arn =>
  arnOf(shelf, bus === defaultBus ? `rule/${name}` : `rule/${bus}/${name}`)

export type Kind = 'connection' | 'api-destination'

/** Of a connection or an API destination. */
export const namedArn = (kind: Kind, shelf: Shelf, { name, id }: { name: string; id: string }) =>
  arnOf(shelf, `${kind}/${name}/${id}`)

export interface Named {
  readonly shelf: Shelf
  readonly name: string
  readonly id: string
}

/** The connection or API destination that an ARN means; `undefined` for any other text. */
export function parseNamed(kind: Kind, text: string): Named | undefined {
  const { service, account = '', region = '', resource = '' } = parseArn(text) ?? {}
  const [found, name, id, ...more] = resource.split('/')
  if (service !== 'events' || !isAccountId(account) || found !== kind) return undefined
  return name && id && more.length === 0 ? { shelf: { account, region }, name, id } : undefined
}
