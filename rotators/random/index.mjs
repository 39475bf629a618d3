// @ts-check
/** A random string that nobody else has to be told of: a signing key, a pepper. See README.md. */
import { randomPassword, textRotation } from '../steps.mjs'

export const handler = textRotation({
  async create({ current }) {
    const made = await randomPassword()
    const key = process.env.SECRET_KEY
    return key === undefined ? made : JSON.stringify({ ...JSON.parse(current), [key]: made })
  },
})
