/**
 * What the cache asks of a client: one call, in the shape of the AWS SDK's `SecretsManager`, which
 * fits as it is. A bare `SecretsManagerClient` is lent by a line:
 * `{ getSecretValue: (input) => client.send(new GetSecretValueCommand(input)) }`.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */

/** One version of a secret, by its id, by a label, or the current one. */
export interface SecretRequest {
  SecretId: string
  VersionId?: string
  VersionStage?: string
}

/** The service's answer. */
export interface SecretAnswer {
  readonly ARN?: string | undefined
  readonly Name?: string | undefined
  readonly VersionId?: string | undefined
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
  readonly VersionStages?: readonly string[] | undefined
  readonly CreatedDate?: Date | undefined
}

/** Reads secrets of Strongroom or of AWS. */
export interface SecretsClient {
  getSecretValue(
    input: SecretRequest,
    options?: { abortSignal?: AbortSignal },
  ): Promise<SecretAnswer>
}
