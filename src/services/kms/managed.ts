/**
 * Keys that a service uses for an account unless it is told another: made on the first use of their
 * alias, usable through that service alone, rotated each year.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-policies
 */
import { partitionOf } from '../../lib/arn.ts'
import type { Shelf } from './records.ts'

/** Aliases that nobody but a service has. */
export const managedPrefix = 'alias/aws/'

interface Row {
  readonly policyId: string
  readonly title: string
  readonly description: string
}

const services: ReadonlyMap<string, Row> = new Map([
  [
    'secretsmanager',
    {
      policyId: 'auto-secretsmanager-2',
      title: 'AWS Secrets Manager',
      description: 'Default key that protects my Secrets Manager data when no other key is defined',
    },
  ],
  [
    'ssm',
    {
      policyId: 'auto-ssm-1',
      title: 'SSM',
      description: 'Default key that protects my SSM parameters when no other key is defined',
    },
  ],
  [
    'lambda',
    {
      policyId: 'auto-awslambda',
      title: 'AWS Lambda',
      description: 'Default key that protects my Lambda functions when no other key is defined',
    },
  ],
])

/** The service behind `alias/aws/...`, if it is one that makes keys here. */
export function serviceOf(alias: string): string | undefined {
  const service = alias.startsWith(managedPrefix) ? alias.slice(managedPrefix.length) : ''
  return services.has(service) ? service : undefined
}

export const managedDescription = (service: string): string => rowOf(service).description

function rowOf(service: string): Row {
  const row = services.get(service)
  if (!row) throw new Error(`${service} has no key of its own`)
  return row
}

/** AWS's policy for such a key. */
export function managedPolicy(service: string, { account, region }: Shelf): string {
  const { policyId, title } = rowOf(service)
  return printPolicy(policyId, [
    {
      Sid: `Allow access through ${title} for all principals in the account that are authorized to use ${title}`,
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncrypt*',
        'kms:GenerateDataKey*',
        'kms:CreateGrant',
        'kms:DescribeKey',
      ],
      Resource: '*',
      Condition: {
        StringEquals: {
          'kms:CallerAccount': account,
          'kms:ViaService': `${service}.${region}.amazonaws.com`,
        },
      },
    },
    {
      Sid: 'Allow direct access to key metadata to the account',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partitionOf(region)}:iam::${account}:root` },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
      Resource: '*',
    },
  ])
}

/** A policy of ours as AWS prints its own. */
export const printPolicy = (Id: string, Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Id, Statement }, null, 2)
