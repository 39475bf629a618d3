/** What a request may cost before it is trusted. Ours, each with its reason. */
export interface ServerLimits {
  /**
   * 64 KiB of secret become 384 KiB when a client escapes every character, and boto3 escapes all that
   * is not ASCII.
   */
  readonly bodyBytesMax: number
  /** All bodies together that are longer than that, in memory at the same time: one zip of the largest. */
  readonly bulkBytesMax: number
  readonly headerBytesMax: number
  /** A signed AWS request has about a dozen. */
  readonly headerCountMax: number
  /** From the first byte of a request until its headers are complete: slow senders are let go. */
  readonly headersMilliseconds: number
  readonly requestMilliseconds: number
  readonly idleMilliseconds: number
  readonly connectionsMax: number
  readonly connectionsPerAddressMax: number
  /** How long a stop waits for requests that are under way. */
  readonly drainMilliseconds: number
}

export const serverLimits: ServerLimits = {
  bodyBytesMax: 512 << 10,
  bulkBytesMax: 96 << 20,
  headerBytesMax: 16 << 10,
  headerCountMax: 64,
  headersMilliseconds: 10_000,
  requestMilliseconds: 30_000,
  idleMilliseconds: 60_000,
  connectionsMax: 10_000,
  connectionsPerAddressMax: 2_000,
  drainMilliseconds: 30_000,
}
