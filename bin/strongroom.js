#!/usr/bin/env node
/** The command: the built program where it is installed as a package, the sources in a checkout. */
const isInstalled = import.meta.url.includes('/node_modules/')
await import(isInstalled ? '../dist/main.js' : '../src/main.ts')
