/**
 * Resource policies of secrets, before they are attached.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
import { type PolicyDocument, parsePolicy } from '../../policy/document.ts'
import { PolicyError } from '../../policy/error.ts'
import { isPublic } from '../../policy/public.ts'
import type { SecretRecord } from './records.ts'
import { type Secret, secretWith } from './secret.ts'
import { fault, type Rooms } from './service.ts'

/** The document in a text. Throws MalformedPolicyDocumentException, in the one sentence that AWS has for it. */
export function mustBePolicy(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource')
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown
    throw fault('MalformedPolicyDocumentException', 'This policy has invalid syntax.')
  }
}

/** Throws if a policy grants to the whole world. */
export function mustNotBePublic(document: PolicyDocument): void {
  if (!isPublic(document)) return
  throw fault(
    'PublicPolicyException',
    'The resource policy grants broad access to the secret, and BlockPublicPolicy was asked for.',
  )
}

/** Throws AccessDeniedException if after this change the caller could not make it again, or take it back. */
export function mustKeepAccess(
  { refusal }: Rooms,
  action: string,
  secret: Secret,
  change: Partial<SecretRecord>,
): void {
  const refused = refusal(action, secretWith(secret, { ...secret.record, ...change }))
  if (refused) throw refused
}
