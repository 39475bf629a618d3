/** The nodes that share the store: which version each runs, since when, and when it was last heard of. */
import { anything } from '../operation.ts'
import { operation } from './service.ts'

export const listNodes = operation('ListNodes', {
  action: 'strongroom:ListNodes',
  touches: ({ operator }) => anything(operator),

  async run({ attempt, nodes }) {
    const all = await nodes.list(attempt)
    return {
      Nodes: all.map(({ id, host, version, startedAt, seenAt, isAlive, isThis }) => ({
        ...{ NodeId: id, Host: host, Version: version },
        ...{ StartedDate: startedAt, SeenDate: seenAt, IsAlive: isAlive, IsThis: isThis },
      })),
    }
  },
})
