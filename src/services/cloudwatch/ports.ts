/** What the house lends CloudWatch. */
import type { PageTokens } from '../../lib/page.ts'

export interface Ports {
  readonly tokens: PageTokens
  /** Told which series have something new. */
  touched(seriesId: string): void
}
