/** ARNs of parameters. */
import { formatArn, partitionOf } from '../../lib/arn.ts'
import type { Arn } from '../../lib/brand.ts'
import { keyName, type Shelf } from './records.ts'

export const resourcePrefix = 'parameter'

/** The ARN of a parameter. */
export const arnOf = ({ account, region }: Shelf, name: string): Arn =>
  formatArn({
    partition: partitionOf(region),
    service: 'ssm',
    region,
    account,
    resource: `${resourcePrefix}${keyName(name)}`,
  })
