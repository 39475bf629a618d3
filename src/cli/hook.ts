/** The git hook that scans what is about to be committed. One that is somebody else's is left alone. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import type { Git } from './git.ts'
import { line, quoted } from './print.ts'

const mark = '# strongroom scan --pre-commit wrote this file.'

/** Gives the exit code. */
export function installHook(folder: string, git: Git | undefined): number {
  if (!git) throw new Refusal('This is not a git repository.')
  const path = resolve(folder, git.hookPath('pre-commit'))
  const script = scriptOf(process.execPath, resolve(process.argv[1] ?? ''))
  if (existsSync(path) && !readFileSync(path, 'utf8').includes(mark)) {
    const command = script.trimEnd().split('\n').at(-1)
    throw new Refusal(`${path} is there already: add this line to it:\n${command}`)
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, script)
  chmodSync(path, 0o755)
  process.stdout.write(line('installed', path))
  return 0
}

/** Without an answer from the server nothing is committed unseen: git's own --no-verify goes past it. */
const scriptOf = (node: string, program: string): string => `#!/bin/sh
${mark}
# A commit that would hold a value of a secret is stopped; git commit --no-verify goes past it.
[ -e ${quoted(program)} ] || { echo 'strongroom is not there any more: run strongroom scan --pre-commit again' >&2; exit 1; }
${quoted(node)} ${quoted(program)} scan --staged || exit 1
`
