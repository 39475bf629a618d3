/** Answers sealed for a Nitro enclave need its attestation, which cannot be verified here. */
import { fault } from './service.ts'

/** Throws for a call that wants its answer for an enclave: never answered in the clear instead. */
export function mustHaveNoRecipient(input: { readonly Recipient?: object | undefined }): void {
  if (input.Recipient === undefined) return
  throw fault('UnsupportedOperationException', 'Recipient is not supported.')
}
