// @ts-check
/**
 * Random passwords by Secrets Manager, under the environment variables of AWS's own functions. What
 * would need quoting in a connection string or a statement is left out unless they say otherwise.
 */
import { secretsManager } from './aws.mjs'

/**
 * A new password. @param {string} [excluded] characters left out if the environment does not say which
 * @returns {Promise<string>}
 */
export async function randomPassword(excluded = ':/@"\'\\') {
  const { env } = process
  const { RandomPassword } = await secretsManager('GetRandomPassword', {
    PasswordLength: Number(env.PASSWORD_LENGTH ?? 32),
    ExcludeCharacters: env.EXCLUDE_CHARACTERS ?? excluded,
    ExcludeNumbers: isSet(env.EXCLUDE_NUMBERS, false),
    ExcludePunctuation: isSet(env.EXCLUDE_PUNCTUATION, false),
    ExcludeUppercase: isSet(env.EXCLUDE_UPPERCASE, false),
    ExcludeLowercase: isSet(env.EXCLUDE_LOWERCASE, false),
    RequireEachIncludedType: isSet(env.REQUIRE_EACH_INCLUDED_TYPE, true),
  })
  return RandomPassword
}

/** @param {string | undefined} text @param {boolean} otherwise */
const isSet = (text, otherwise) =>
  text === undefined ? otherwise : ['true', '1', 'y', 'yes'].includes(text.toLowerCase())
