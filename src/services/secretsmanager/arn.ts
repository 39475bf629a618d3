/** ARNs of secrets. */
import { formatArn, partitionOf } from '../../lib/arn.ts'
import type { Arn } from '../../lib/brand.ts'
import type { Shelf } from './records.ts'

export const namedResource = 'secret:'

/** The ARN of a secret. */
export const arnOf = ({ account, region }: Shelf, name: string, suffix: string): Arn =>
  formatArn({
    partition: partitionOf(region),
    service: 'secretsmanager',
    region,
    account,
    resource: `${namedResource}${name}-${suffix}`,
  })
