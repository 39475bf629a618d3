/** What the house tells of changes to whoever watches. */

/** Changes of secrets and parameters, as this service asks about them; the house gives it. */
export interface Changes {
  /** By which key changes of this resource are told; `undefined` for what has none. */
  keyOf(arn: string): string | undefined
  /** Which of the keys changed behind a position; all, if that cannot be known any more. */
  since(position: number, keys: ReadonlySet<string>): ReadonlySet<string> | 'unknown'
  /** Whether one more may wait. */
  hasRoom(): boolean
  /**
   * Resolves when one of them changes behind the position, with the number of the last commit then; and
   * after so long, with nothing.
   */
  wait(
    position: number,
    keys: ReadonlySet<string>,
    milliseconds: number,
  ): Promise<number | undefined>
}
