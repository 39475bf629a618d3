/**
 * The one error of this room: a policy text that is refused, with a reason for machines and AWS's
 * words where AWS has words. It never repeats what the text says, since a text may be large, hostile
 * or secret; the statement's number is enough to find the place.
 */
export type PolicyReason =
  | 'json'
  | 'charset'
  | 'size'
  | 'shape'
  | 'version'
  | 'sid'
  | 'effect'
  | 'principal'
  | 'action'
  | 'resource'
  | 'condition'

/** Why a text is no policy for us. */
export class PolicyError extends Error {
  override name = 'PolicyError'
  readonly reason: PolicyReason
  /** Which statement, counted from 0; absent when it is the document as a whole. */
  readonly statement: number | undefined

  constructor(reason: PolicyReason, words: string, statement?: number) {
    super(words)
    this.reason = reason
    this.statement = statement
  }
}
