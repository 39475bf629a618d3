/** The program that a test starts as a process: what was built if that is up to date, else the sources. */
import { fileURLToPath } from 'node:url'
import { programOf } from '../bin/built.js'

export const main = programOf()

/** For who puts something in the place of one of its modules, or reads their names. */
export const sources = fileURLToPath(new URL('../src/main.ts', import.meta.url))
