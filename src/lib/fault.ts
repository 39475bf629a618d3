/**
 * The one error that is an answer: a code that the contract knows and AWS's exact words. Status and
 * shape on the wire are looked up by code where it leaves, so that nobody below knows about HTTP.
 *
 * A fault never holds a value the caller sent as secret, nor the cause of a cryptographic failure.
 */
export class Fault extends Error {
  readonly code: string

  /** @param code the error's name on the wire @param words AWS's message; absent where AWS sends none */
  constructor(code: string, words?: string) {
    super(words ?? '')
    this.name = 'Fault'
    this.code = code
  }

  /** The message for the wire, `undefined` where AWS sends no message member at all. */
  get words(): string | undefined {
    return this.message === '' ? undefined : this.message
  }
}

/**
 * A sentence for the person who started the program: what is wrong and what to do about it. It is
 * printed without a stack and ends the process with code 1.
 */
export class Refusal extends Error {
  override name = 'Refusal'
}
