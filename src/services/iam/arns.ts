/**
 * ARNs of identities. IAM is global: they name no region.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
import { formatArn } from '../../lib/arn.ts'
import type { AccountId, Arn } from '../../lib/brand.ts'

const iamArn = (account: AccountId, resource: string): Arn =>
  formatArn({ partition: 'aws', service: 'iam', region: '', account, resource })

export const rootArn = (account: AccountId): Arn => iamArn(account, 'root')

export const userArn = (account: AccountId, path: string, name: string): Arn =>
  iamArn(account, `user${path}${name}`)
