// @ts-check
/**
 * The four steps of a rotation, with the guards of AWS's own functions. Each may be run again at any
 * time, after a crash in the middle too: what is done already is not done twice.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_lambda-functions.html
 */
import { AwsError, secretsManager } from './aws.mjs'
import { Failure, safeError } from './failure.mjs'
import { randomPassword } from './password.mjs'

/** @typedef {{ Step: string, SecretId: string, ClientRequestToken: string, RotationToken?: string }} Event */
/** @typedef {Record<string, any>} Value a secret's JSON */

/**
 * What differs from one kind of secret to another. `create` makes the new value from the current one
 * (and whatever it needs outside), `set` brings it to where it is checked, `test` uses it.
 *
 * @template {Value | string} V
 * @typedef {{
 *   create(was: { current: V, previous: V | undefined, token: string }): Promise<V>,
 *   set?(values: { pending: V, current: V, previous: V | undefined }): Promise<void>,
 *   test?(values: { pending: V }): Promise<void>,
 * }} Kind
 */

/** The handler for secrets that are a JSON object. @param {Kind<Value>} kind */
export const rotation = (kind) => handlerOf(new Steps(kind, parseObject, JSON.stringify))

/** The handler for secrets that are any text. @param {Kind<string>} kind */
export const textRotation = (kind) => handlerOf(new Steps(kind, String, String))

/** A new random password, as the function's environment wants them. */
export { randomPassword }

/**
 * The JSON object of another secret that is current: of the superuser, for one.
 *
 * @param {string} id
 */
export const openSecret = async (id) => parseObject((await read(id, 'AWSCURRENT')) ?? '')

/** @template {Value | string} V @param {Steps<V>} steps */
function handlerOf(steps) {
  /** @param {Event} event */
  return async (event) => {
    const { Step } = event
    if (!isStep(Step)) throw new Failure('an unknown step')
    try {
      if (await isDone(event)) return
      await steps[Step](event)
      console.log(`${Step}: done for ${event.SecretId}`)
    } catch (error) {
      throw safeError(Step, error)
    }
  }
}

/** @param {string} step @returns {step is 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret'} */
const isStep = (step) => /^(?:create|set|test|finish)Secret$/.test(step)

/** The steps by their names. @template {Value | string} V */
class Steps {
  /** @param {Kind<V>} kind @param {(text: string) => V} parse @param {(value: V) => string} print */
  constructor(kind, parse, print) {
    this.kind = kind
    this.parse = parse
    this.print = print
  }

  /** @param {Event} event */
  async createSecret({ SecretId, ClientRequestToken: token, RotationToken }) {
    const current = await this.get(SecretId, 'AWSCURRENT')
    if ((await read(SecretId, 'AWSPENDING', token)) !== undefined) return
    const previous = await this.find(SecretId, 'AWSPREVIOUS')
    const made = await this.kind.create({ current, previous, token })
    await secretsManager('PutSecretValue', {
      SecretId,
      ClientRequestToken: token,
      ...(RotationToken !== undefined && { RotationToken }),
      SecretString: this.print(made),
      VersionStages: ['AWSPENDING'],
    })
  }

  /** @param {Event} event */
  async setSecret({ SecretId, ClientRequestToken }) {
    if (!this.kind.set) return
    const previous = await this.find(SecretId, 'AWSPREVIOUS')
    const current = await this.get(SecretId, 'AWSCURRENT')
    const pending = await this.get(SecretId, 'AWSPENDING', ClientRequestToken)
    await this.kind.set({ pending, current, previous })
  }

  /** @param {Event} event */
  async testSecret({ SecretId, ClientRequestToken }) {
    const pending = await this.get(SecretId, 'AWSPENDING', ClientRequestToken)
    await this.kind.test?.({ pending })
  }

  /** @param {Event} event */
  async finishSecret({ SecretId, ClientRequestToken }) {
    const { VersionIdsToStages } = await secretsManager('DescribeSecret', { SecretId })
    const versions = /** @type {[string, string[]][]} */ (Object.entries(VersionIdsToStages))
    const current = versions.find(([, labels]) => labels.includes('AWSCURRENT'))
    await secretsManager('UpdateSecretVersionStage', {
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: ClientRequestToken,
      ...(current && { RemoveFromVersionId: current[0] }),
    })
  }

  /** @param {string} id @param {string} stage @param {string} [token] */
  async get(id, stage, token) {
    const text = await read(id, stage, token)
    if (text === undefined) throw new Failure(`there is no ${stage} value`)
    return this.parse(text)
  }

  /** @param {string} id @param {string} stage */
  async find(id, stage) {
    const text = await read(id, stage)
    return text === undefined ? undefined : this.parse(text)
  }
}

/** Whether the version is current already; throws unless it is the one that is pending. @param {Event} event */
async function isDone({ SecretId, ClientRequestToken }) {
  const secret = await secretsManager('DescribeSecret', { SecretId })
  if (secret.RotationEnabled === false) throw new Failure('rotation is not enabled')
  const labels = secret.VersionIdsToStages?.[ClientRequestToken]
  if (!labels) throw new Failure('the version to rotate to does not exist')
  if (labels.includes('AWSCURRENT')) return true
  if (!labels.includes('AWSPENDING')) throw new Failure('the version to rotate to is not pending')
  return false
}

/**
 * The text of a version; undefined where there is none yet.
 *
 * @param {string} SecretId @param {string} VersionStage @param {string} [VersionId]
 * @returns {Promise<string | undefined>}
 */
async function read(SecretId, VersionStage, VersionId) {
  const input = { SecretId, VersionStage, ...(VersionId !== undefined && { VersionId }) }
  try {
    return (await secretsManager('GetSecretValue', input)).SecretString
  } catch (error) {
    if (error instanceof AwsError && error.name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

/** The words of JSON.parse quote what they stumble upon. @param {string} text @returns {Value} */
function parseObject(text) {
  try {
    const value = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {}
  throw new Failure('the secret is not a JSON object')
}
