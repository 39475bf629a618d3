/**
 * Amazon Resource Names.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
import type { AccountId, Arn } from './brand.ts'
import { remembered } from './once.ts'

export interface ArnParts {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  /** Everything behind the fifth colon, further colons and slashes included. */
  readonly resource: string
}

/** The parts of an ARN, or `undefined` if the text is not one. */
export const parseArn = remembered((text): ArnParts | undefined => {
  if (!text.startsWith('arn:')) return undefined
  const parts = text.split(':')
  if (parts.length < 6) return undefined
  const [, partition = '', service = '', region = '', account = ''] = parts
  const resource = parts.length === 6 ? (parts[5] ?? '') : parts.slice(5).join(':')
  return partition && service && resource
    ? { partition, service, region, account, resource }
    : undefined
})

export function formatArn(parts: ArnParts): Arn {
  const { partition, service, region, account, resource } = parts
  return `arn:${partition}:${service}:${region}:${account}:${resource}` as Arn
}

/** The partition that holds a region: `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

export const isAccountId = (text: string): text is AccountId => /^\d{12}$/.test(text)
