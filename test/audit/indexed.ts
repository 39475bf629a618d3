/** The look-up index follows the journal in the background, and a question waits for it for a moment only. */
import type { TestHouse } from '../house.ts'
import { until } from '../until.ts'

/** Waits until all that was recorded can be found. */
export const indexed = ({ url }: Pick<TestHouse, 'url'>): Promise<true> =>
  until(async () => {
    const page = await (await fetch(`${url}/-/metrics`)).text()
    return /^strongroom_audit_lag_batches\{exporter="lookup-index"\} 0$/m.test(page)
  })
