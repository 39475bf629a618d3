/** Everything that is measured, in the order in which it is run. */
import type { Measure } from '../measure.ts'
import { agent } from './agent.ts'
import { calls } from './calls.ts'
import { commit } from './commit.ts'
import { decision } from './decide.ts'
import { mixed } from './mixed.ts'
import { peers } from './peers.ts'
import { policies } from './policies.ts'
import { read } from './read.ts'
import { records } from './records.ts'
import { secrets } from './secrets.ts'
import { signature } from './signature.ts'
import { spike } from './spike.ts'
import { tls } from './tls.ts'
import { workers } from './workers.ts'
import { writes } from './writes.ts'

export const measures: readonly Measure[] = [
  read,
  spike,
  tls,
  mixed,
  workers,
  writes,
  commit,
  calls,
  decision,
  signature,
  policies,
  records,
  secrets,
  agent,
  peers,
]
