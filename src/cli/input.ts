/** Files that commands are told to read. */
import { readFileSync } from 'node:fs'
import { Refusal } from '../lib/fault.ts'

/** The text of a file; a dash is standard input. Throws Refusal. */
export function readFile(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch {
    throw new Refusal(`${path} can't be read.`)
  }
}
