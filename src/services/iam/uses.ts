/**
 * When and where credentials were last used, to the quarter of an hour: finer than AWS promises, and
 * coarse enough that a busy key writes one stamp per place and quarter.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */
import { minuteMs } from '../../lib/clock.ts'
import { publicRegions } from '../../lib/regions.ts'

/** Where a credential was used. */
export interface Use {
  /** The name in a credential's scope. */
  readonly service: string
  readonly region: string
}

const stepMs = 15 * minuteMs

export const quarterOf = (at: number): number => Math.floor(at / stepMs) * stepMs

export interface ServiceNames {
  /** How policies call it. */
  readonly namespace: string
  readonly title: string
}

const named = (namespace: string, title: string): ServiceNames => ({ namespace, title })

/** The services of the house by signing name, as AWS's reports call them. */
export const servicesUsed: ReadonlyMap<string, ServiceNames> = new Map([
  ['cloudformation', named('cloudformation', 'AWS CloudFormation')],
  ['cloudtrail', named('cloudtrail', 'AWS CloudTrail')],
  ['events', named('events', 'Amazon EventBridge')],
  ['iam', named('iam', 'AWS Identity and Access Management')],
  ['kms', named('kms', 'AWS Key Management Service')],
  ['lambda', named('lambda', 'AWS Lambda')],
  ['logs', named('logs', 'Amazon CloudWatch Logs')],
  ['monitoring', named('cloudwatch', 'Amazon CloudWatch')],
  ['secretsmanager', named('secretsmanager', 'AWS Secrets Manager')],
  ['ssm', named('ssm', 'AWS Systems Manager')],
  ['strongroom', named('strongroom', 'Strongroom')],
  ['sts', named('sts', 'AWS Security Token Service')],
])

/** Every place where these services can be used. */
export const placesOf = (services: Iterable<string>): Use[] =>
  [...services].flatMap((service) => publicRegions.map((region) => ({ service, region })))
