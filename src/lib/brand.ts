/**
 * The five things that must not be mixed. A brand exists for the compiler only; the one function
 * that makes each of them stands where its promise is kept.
 */
declare const brand: unique symbol
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** `arn:partition:service:region:account:resource`, already checked or built by us. */
export type Arn = Brand<string, 'Arn'>

/** Twelve decimal digits. */
export type AccountId = Brand<string, 'AccountId'>

/** The id of a KMS key, never its alias or ARN. */
export type KeyId = Brand<string, 'KeyId'>

/** Bytes that came out of an AEAD and may be written anywhere. */
export type Sealed = Brand<Uint8Array, 'Sealed'>
