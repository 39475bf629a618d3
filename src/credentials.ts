/**
 * The root credentials file: an AWS credentials file with one profile, endpoint and region inside,
 * which only its owner may read.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import { replaceFile } from './lib/file.ts'

/** The profile's name in the file. */
export const profile = 'strongroom'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly url: string
}

/** Writes the file; on disk when it returns. */
export function writeCredentials(path: string, credentials: Credentials): void {
  const lines = [
    `[${profile}]`,
    `aws_access_key_id = ${credentials.accessKeyId}`,
    `aws_secret_access_key = ${credentials.secretAccessKey}`,
    `region = ${credentials.region}`,
    `endpoint_url = ${credentials.url}`,
  ]
  replaceFile(path, `${lines.join('\n')}\n`)
}
