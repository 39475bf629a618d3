// @ts-check
/**
 * What a rotation function says when it fails: words of our own and a code. A driver's own words are
 * never passed on: they quote statements, and a statement may hold a password.
 */
import { AwsError } from './aws.mjs'

export class Failure extends Error {
  /** @override */
  name = 'RotationFailure'
}

/**
 * The error in words that are fit for a log.
 *
 * @param {string} step @param {unknown} error
 */
export function safeError(step, error) {
  if (error instanceof Failure) return new Failure(`${step}: ${error.message}`)
  if (error instanceof AwsError) return new Failure(`${step}: ${error.name}: ${error.message}`)
  return new Failure(`${step}: failed with ${codeOf(error)}`)
}

/** What identifies the error and cannot hold anything else. @param {any} error */
function codeOf(error) {
  const causes = [error?.code, error?.codeName, error?.cause?.code, error?.name]
  return causes.find((each) => /^[\w.-]{1,64}$/.test(String(each ?? ''))) ?? 'an unknown error'
}
