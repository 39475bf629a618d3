/** What passes between an environment and what runs inside. */
import type { Invocation } from './function.ts'

/** One invocation as the environment is given it. */
export interface Work {
  readonly invocation: Invocation
  /** Milliseconds since 1970, by the machine's clock: the runtime compares it with its own. */
  readonly deadlineAt: number
}

/** What the runtime says of an invocation or of its own start. */
export type Reply =
  | { readonly kind: 'response'; readonly body: Uint8Array }
  | { readonly kind: 'error'; readonly body: Uint8Array }
  | { readonly kind: 'too large' }

/** A refusal in the words of AWS's interface. */
export interface Refused {
  readonly status: 400 | 403
  readonly errorType: string
  readonly errorMessage: string
}
