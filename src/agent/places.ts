/**
 * Where the services are: as the environment or the profile says, else AWS's own addresses.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
import type { Places, ServiceName } from './upstream.ts'

type Environment = Readonly<Record<string, string | undefined>>

const variables: Readonly<Record<ServiceName, string>> = {
  secretsmanager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  ssm: 'AWS_ENDPOINT_URL_SSM',
  sts: 'AWS_ENDPOINT_URL_STS',
  // The operator's API stands beside the secrets.
  strongroom: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
}

/** @param profileUrl `endpoint_url` of the profile in use */
export function placesOf(
  environment: Environment,
  region: string,
  profileUrl: string | undefined,
): Places {
  const ignored = environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true'
  const configured = (service: ServiceName) =>
    ignored
      ? undefined
      : environment[variables[service]] || environment.AWS_ENDPOINT_URL || profileUrl
  return { region, urlOf: (service) => configured(service) ?? ownUrlOf(service, region) }
}

function ownUrlOf(service: ServiceName, region: string): string {
  const name = service === 'strongroom' ? 'secretsmanager' : service
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `https://${name}.${region}.${suffix}`
}

/** AWS does not tell what changed, and keeps its own records. */
export const isAws = (url: string): boolean =>
  /\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws|api\.amazonwebservices\.com\.cn)$/.test(
    new URL(url).hostname,
  )
