/**
 * A secret's version as it was read. Its value stands in private fields behind getters: neither
 * console.log, JSON.stringify, a spread nor a structured clone of it shows the value.
 */
import type { SecretAnswer } from './client.ts'
import { type Parser, parseWith } from './schema.ts'

export class Secret {
  readonly arn: string
  readonly name: string
  readonly versionId: string
  readonly stages: readonly string[]
  readonly createdAt: Date | undefined
  readonly #string: string | undefined
  readonly #binary: Uint8Array | undefined

  constructor(answer: SecretAnswer) {
    this.arn = answer.ARN ?? ''
    this.name = answer.Name ?? ''
    this.versionId = answer.VersionId ?? ''
    this.stages = Object.freeze([...(answer.VersionStages ?? [])])
    this.createdAt = answer.CreatedDate
    this.#string = answer.SecretString
    this.#binary = answer.SecretBinary
    Object.freeze(this)
  }

  /** The text; of a secret that has none, an error. */
  get string(): string {
    if (this.#string === undefined) throw new TypeError(`${this.name} holds bytes, not text`)
    return this.#string
  }

  /** The bytes; of a secret that holds text, an error. A copy, so that a caller may wipe it. */
  get binary(): Uint8Array {
    if (this.#binary === undefined) throw new TypeError(`${this.name} holds text, not bytes`)
    return new Uint8Array(this.#binary)
  }

  /** The text as JSON, through a schema or a function that takes or refuses it. */
  json(): Promise<unknown>
  json<T>(parser: Parser<T>): Promise<T>
  json<T>(parser?: Parser<T>): Promise<T | unknown> {
    return parseWith(parser, this.string, this.name)
  }
}
