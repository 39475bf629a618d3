/**
 * Whose the agent's own credentials are, as far as is known without a network: what is kept on disk is for
 * them alone, and not for others that the agent is started with later.
 */
import { profileOf } from './profile.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** In the order in which they are looked for. @param path of a file of credentials that was set */
export function selfOf(environment: Environment, path: string | undefined): string {
  if (path !== undefined) return `file ${path}`
  const { AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN } = environment
  if (AWS_ACCESS_KEY_ID) return `key ${AWS_ACCESS_KEY_ID}`
  if (AWS_WEB_IDENTITY_TOKEN_FILE && AWS_ROLE_ARN) return `role ${AWS_ROLE_ARN}`
  const { aws_access_key_id: ofProfile } = profileOf(environment)
  if (ofProfile) return `key ${ofProfile}`
  const container =
    environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ||
    environment.AWS_CONTAINER_CREDENTIALS_FULL_URI
  return container ? `container ${container}` : 'instance'
}
