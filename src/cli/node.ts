/** strongroom node list: the nodes that share a store. */
import type { ListNodesResponse } from '../contract/generated/strongroom.ts'
import { callStrongroom, readEndpoint } from './client.ts'
import { table } from './table.ts'

interface Flags {
  readonly profile?: string
  readonly json?: boolean
}

export async function list({ profile, json }: Flags): Promise<void> {
  const { Nodes } = await callStrongroom<ListNodesResponse>(readEndpoint(profile), 'ListNodes', {})
  if (json) {
    process.stdout.write(`${JSON.stringify({ nodes: Nodes })}\n`)
    return
  }
  const rows = Nodes.map(({ NodeId, Host, Version, StartedDate, SeenDate, IsAlive, IsThis }) => [
    `${NodeId}${IsThis ? ' (this)' : ''}`,
    Host,
    Version,
    at(StartedDate),
    `${at(SeenDate)}${IsAlive ? '' : ' (gone)'}`,
  ])
  process.stdout.write(table(['NODE', 'HOST', 'VERSION', 'SINCE', 'SEEN'], rows))
}

/** On the wire, instants are seconds. */
const at = (date: unknown): string => new Date(Number(date) * 1000).toISOString()
