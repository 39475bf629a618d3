/** Why a text is no event pattern. The words are AWS's own, for whoever wrote it. */
export class InvalidPattern extends Error {
  override name = 'InvalidPattern'
}
