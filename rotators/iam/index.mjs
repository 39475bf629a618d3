// @ts-check
/**
 * Access keys of an IAM user, of Strongroom or AWS. A user has at most two: the current one and the
 * one before, which is deleted when the next is made. See README.md.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { AwsError, elements, query } from '../aws.mjs'
import { Failure } from '../failure.mjs'
import { mustHave } from '../login.mjs'
import { rotation } from '../steps.mjs'

/** @typedef {import('../steps.mjs').Value} Value */

export const handler = rotation({
  async create({ current }) {
    mustHave(current, ['username', 'accessKeyId', 'secretAccessKey'])
    const { username: UserName, accessKeyId } = current
    const ids = elements(await iam({ Action: 'ListAccessKeys', UserName }), 'AccessKeyId')
    // Else all keys in use might be deleted below.
    if (!ids.includes(accessKeyId)) throw new Failure('the current key is not one of this user')
    for (const AccessKeyId of ids.filter((id) => id !== accessKeyId)) {
      await iam({ Action: 'DeleteAccessKey', UserName, AccessKeyId })
    }
    const made = await iam({ Action: 'CreateAccessKey', UserName })
    const [id] = elements(made, 'AccessKeyId')
    const [key] = elements(made, 'SecretAccessKey')
    return { ...current, accessKeyId: id, secretAccessKey: key }
  },

  test: ({ pending }) => testKey(pending),
})

/** @param {Record<string, string>} parameters */
const iam = (parameters) => query('iam', { ...parameters, Version: '2010-05-08' })

const attemptsMax = 8

/** AWS takes a new key some seconds after it was made. @param {Value} pending */
async function testKey({ username, accessKeyId, secretAccessKey }) {
  const wish = { Action: 'GetCallerIdentity', Version: '2011-06-15' }
  for (let attempt = 1; ; attempt++) {
    try {
      const [arn = ''] = elements(await query('sts', wish, { accessKeyId, secretAccessKey }), 'Arn')
      if (!arn.endsWith(`/${username}`)) throw new Failure('the pending key is of another user')
      return
    } catch (error) {
      const isNew = error instanceof AwsError && error.name === 'InvalidClientTokenId'
      if (!isNew || attempt === attemptsMax) throw error
      await pause(250 * attempt)
    }
  }
}
