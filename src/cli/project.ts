/** The commands that end .env files: a project's values come in, stay in, and are found where they leak. */
import type { Command } from 'commander'
import { ownProfile, withExamples } from './words.ts'

export function addProject(program: Command): void {
  addRender(program)
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
