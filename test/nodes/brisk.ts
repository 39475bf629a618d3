/** Loaded into a node before it: who stands still is given up sooner, so that a test need not wait a minute. */
import { pace } from '../../src/duties.ts'
import { presence } from '../../src/store/nodes.ts'

Object.assign(pace, { lookEveryMs: 300, beatEveryMs: 1000, believedMs: 5000, leftAfterMs: 7000 })
Object.assign(presence, { beatMs: 1000, silentMs: 20_000 })
