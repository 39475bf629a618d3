/** What is fetched before anybody asks for it. */
export interface Prefetch {
  /** How full of what was fetched the cache may get: a part of its size. */
  readonly bufferRatio: number
  readonly jitterMsMax: number
  readonly secrets: readonly { readonly id: string; readonly roleArn?: string }[]
  readonly tags: readonly { readonly key: string; readonly roleArn?: string }[]
}
