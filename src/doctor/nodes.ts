/** The nodes that share a store: whether they are there, are of one version, and do what one of them does for all. */
import { type Check, warning, well } from './check.ts'

export interface NodeSeen {
  readonly id: string
  readonly host: string
  readonly version: string
  readonly isAlive: boolean
}

/** A piece of work, and the node that has it. */
export interface WorkSeen {
  readonly work: string
  readonly holder: string
  readonly host: string
}

export function checkNodes(nodes: readonly NodeSeen[]): Check {
  const alive = nodes.filter(({ isAlive }) => isAlive)
  const silent = nodes.filter(({ isAlive }) => !isAlive)
  if (silent.length > 0) {
    return warning(
      'nodes',
      `${alive.length} are there, and ${hostsOf(silent)} did not say that it ends: start it again, or forget about it`,
    )
  }
  const versions = [...new Set(alive.map(({ version }) => version))].sort()
  const words = `${alive.length} are there, of version ${versions.join(' and ')}`
  return versions.length > 1
    ? warning('nodes', `${words}: end those of the older one when the newer ones do well`)
    : well('nodes', words)
}

/** Left behind for a moment, or longer than that. */
export function checkWork(works: readonly WorkSeen[], nodes: readonly NodeSeen[]): Check {
  const alive = new Set(nodes.filter(({ isAlive }) => isAlive).map(({ id }) => id))
  const left = works.filter(({ holder }) => !alive.has(holder)).map(({ work }) => work)
  if (left.length > 0) {
    return warning(
      'duties',
      `nobody does ${left.join(', ')}: start a node with the flags for it, or look again in a minute`,
    )
  }
  const words = works.map(({ work, host }) => `${work} on ${host}`)
  return well('duties', words.join(', ') || 'there are none')
}

const hostsOf = (nodes: readonly NodeSeen[]): string => nodes.map(({ host }) => host).join(', ')
