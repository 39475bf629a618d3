/** Loaded into a node before it: leases are left behind sooner, so that a test need not wait half a minute. */
import { pace } from '../../src/duties.ts'

Object.assign(pace, { lookEveryMs: 300, beatEveryMs: 1000, believedMs: 5000, leftAfterMs: 7000 })
