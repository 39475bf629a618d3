/** From where on something is too much. */

/** Thresholds, as the operator set them. */
export interface Limits {
  /** How long secrets, principals and this deployment's detections themselves are new. */
  readonly learningMs: number
  /** How many denials within five minutes are too many. */
  readonly denials: number
  /** How many reads within five minutes are never too many. */
  readonly reads: number
  /** How many times the usual reads are far above them. */
  readonly times: number
}
