/** The commands that end .env files: a project's values come in, stay in, and are found where they leak. */
import type { Command } from 'commander'
import { ownProfile, withExamples } from './words.ts'

export function addProject(program: Command): void {
  addRender(program)
  addScan(program)
}

function addRender(program: Command): void {
  const command = program
    .command('render')
    .description('a template with the values that its {{resolve:...}} references stand for')
    .argument('<template>', 'a file, or - for standard input')
    .option('--out <file>', 'a file for its owner only (standard output)')
    .option('--check', 'what it refers to; nothing is read')
    .option('--force', 'to a terminal, too')
    .option('--profile <file>', ownProfile)
    .action(async (path, flags) => (await import('./render.ts')).render(path, flags))
  withExamples(command, 'strongroom render app.yaml.tmpl --out app.yaml')
}

function addScan(program: Command): void {
  const command = program
    .command('scan')
    .description(
      "where values of secrets lie in files and in git's history; exit code 1 if they do, 2 if it can't be searched",
    )
    .argument('[path]', 'a folder or a file', '.')
    .option('--prefix <text>', 'of secrets whose names begin so')
    .option('--exclude <globs...>', 'files that are left out, by their paths below the folder')
    .option('--no-history', 'files only')
    .option('--staged', 'what the next commit would bring, only')
    .option('--pre-commit', 'install a git hook that does this before each commit')
    .option('--json', 'one JSON text a line')
    .option('--profile <file>', ownProfile)
    .action(async (path, flags) => (await import('./scan.ts')).scan(path, flags))
  withExamples(
    command,
    'strongroom scan',
    "strongroom scan . --exclude 'test/vectors/**' --json",
    'strongroom scan --pre-commit',
  )
}
