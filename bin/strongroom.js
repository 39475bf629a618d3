#!/usr/bin/env node
/** The command: the built program where it is installed as a package, the sources in a checkout. */
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write('strongroom: this Node is too old: run it with Node 24 or newer\n')
  process.exit(1)
}
const isInstalled = import.meta.url.includes('/node_modules/')
await import(isInstalled ? '../dist/main.js' : '../src/main.ts')
