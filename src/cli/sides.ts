/**
 * The two sides of a transfer: this house, and AWS or another house. Without a profile of their own for
 * AWS, the AWS_ variables are AWS's, and this house's credentials come from its files.
 */
import { Refusal } from '../lib/fault.ts'
import { type Endpoint, readAws, readEndpoint, readFileEndpoint } from './endpoint.ts'

export interface SideFlags {
  readonly profile?: string
  readonly awsProfile?: string
  readonly awsEndpoint?: string
  readonly awsRegion?: string
}

export interface Sides {
  readonly own: Endpoint
  readonly other: Endpoint
}

/** @param there `aws`, or a credentials file with one profile. Throws Refusal. */
export function sidesOf(there: string, flags: SideFlags): Sides {
  const isAws = there === 'aws'
  const { profile, awsProfile, awsRegion, awsEndpoint } = flags
  const isOwnByFile = isAws && awsProfile === undefined
  const own = isOwnByFile ? readFileEndpoint(profile) : readEndpoint(profile)
  const other = isAws
    ? readAws({ profile: awsProfile, region: awsRegion, url: awsEndpoint })
    : readFileEndpoint(there)
  if (own.url === other.url && keyOf(own) !== undefined && keyOf(own) === keyOf(other)) {
    throw new Refusal('Both sides are the same.')
  }
  return { own, other }
}

const keyOf = ({ credentials }: Endpoint): string | undefined =>
  typeof credentials === 'function' ? undefined : credentials.accessKeyId
