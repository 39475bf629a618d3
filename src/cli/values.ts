/** The commands of a developer's day: get, set, list, history, diff, run. */
import type { Command } from 'commander'
import { ownProfile } from './words.ts'

export function addValues(program: Command): void {
  program
    .command('get')
    .description('the value of a secret')
    .argument('<secret>', 'name or ARN')
    .option('--field <name>', 'one field of a JSON value')
    .option('--stage <label>', 'of this version (AWSCURRENT)')
    .option('--version <id>', 'of this version')
    .option('--reveal', 'on a terminal, too')
    .option('--json', 'with its name and version, as JSON')
    .option('--profile <file>', ownProfile)
    .action(async (id, flags) => (await import('./get.ts')).get(id, flags))
  program
    .command('set')
    .description('a new value, from standard input or typed; makes the secret if it is not there')
    .argument('<secret>', 'name or ARN')
    .option('--field <name>', 'one field of a JSON value')
    .option('--description <text>', 'of a secret that is made')
    .option('--json', 'its name and the new version, as JSON')
    .option('--profile <file>', ownProfile)
    .action(async (id, flags) => (await import('./set.ts')).set(id, flags))
  program
    .command('list')
    .description('the secrets, by name')
    .argument('[prefix]', 'those whose names begin so')
    .option('--json', 'one JSON text a line')
    .option('--profile <file>', ownProfile)
    .action(async (prefix, flags) => (await import('./list.ts')).list(prefix, flags))
  program
    .command('history')
    .description('the versions of a secret')
    .argument('<secret>', 'name or ARN')
    .option('--json', 'one JSON text a line')
    .option('--profile <file>', ownProfile)
    .action(async (id, flags) => (await import('./history.ts')).history(id, flags))
  program
    .command('diff')
    .description('which fields differ between two versions; exit code 2 if any does')
    .argument('<secret>', 'name or ARN')
    .option('--from <version>', 'label or id', 'AWSPREVIOUS')
    .option('--to <version>', 'label or id', 'AWSCURRENT')
    .option('--json', 'one JSON text a line')
    .option('--profile <file>', ownProfile)
    .action(async (id, flags) => (await import('./diff.ts')).diff(id, flags))
  program
    .command('run')
    .description('a program with secrets in its environment')
    .argument('[secrets...]', 'names or ARNs, then -- and the program')
    .option('--stage <label>', 'of these versions (AWSCURRENT)')
    .option('--env-file <file>', 'the lines of a .env file, too, with what they refer to')
    .option('--watch', 'start the program anew when a secret has changed')
    .option('--every <seconds>', 'how often --watch looks where it is not told', '2')
    .option('--keep', 'hand on the AWS keys that read them, too')
    .option('--profile <file>', ownProfile)
    .action(async (words: string[], flags, command: Command) => {
      const behind = command.args.length - wordsBehindDashes(process.argv)
      const program = words.slice(behind)
      await (await import('./run.ts')).run(words.slice(0, behind), program, flags)
    })
}

/** Commander drops the dashes: what stands behind them is counted. */
function wordsBehindDashes(words: readonly string[]): number {
  const at = words.indexOf('--')
  return at < 0 ? 0 : words.length - at - 1
}
