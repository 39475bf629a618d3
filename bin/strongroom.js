#!/usr/bin/env node
/** The command. */
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write('strongroom: this Node is too old: run it with Node 24 or newer\n')
  process.exit(1)
}
const { programOf } = await import('./built.js')
await import(programOf())
