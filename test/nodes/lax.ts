/**
 * The seeded fault: loaded into a node, it takes what was read off every attempt before it is judged, so
 * that nothing is validated. Reachable by `node --import` alone, never by a flag.
 */
import { Recent } from '../../src/store/recent.ts'

const { judge } = Recent.prototype

Recent.prototype.judge = function (batch, head) {
  return judge.call(
    this,
    batch.map((proposal) => ({ ...proposal, reads: [] })),
    head,
  )
}
