/**
 * Resource policies of functions: made of statements that AddPermission makes, never taken as a whole.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
import type { PolicyRecord } from './records.ts'

/** The policy as it is told. */
export const policyText = ({ statements }: Pick<PolicyRecord, 'statements'>): string =>
  `{"Version":"2012-10-17","Id":"default","Statement":[${statements.map(({ text }) => text).join(',')}]}`
