/** The commands about secrets beyond their values: rotation, export, credentials to read them with. */
import type { Command } from 'commander'
import { ownProfile } from './words.ts'

export function addRotation(program: Command): void {
  const rotate = program
    .command('rotate')
    .description('rotate a secret now, step by step, by the function that it has')
    .enablePositionalOptions()
    .argument('<secret>', 'name or ARN')
    .option('--logs', 'what the function writes meanwhile, on standard error')
    .option('--rehearse', 'on a scratch copy of the secret, there and back')
    .option('--yes', 'go on with a rehearsal, which for some seconds changes the real login')
    .option('--profile <file>', ownProfile)
    .action(async (secret, flags) => (await import('./rotate.ts')).rotate(secret, flags))
  rotate
    .command('status')
    .description('all rotations: overdue, failing, next')
    .option('--json', 'the whole answer as JSON')
    .option('--profile <file>', ownProfile)
    .action(async (flags) => (await import('./rotate.ts')).status(flags))
  rotate
    .command('attach')
    .description('give a secret a ready-made rotation function and a schedule')
    .argument('<secret>', 'name or ARN')
    .requiredOption(
      '--using <name>',
      'postgres, postgres-alternating, mysql, ... (rotators/README.md)',
    )
    .requiredOption('--every <span>', '30d, 12h, rate(...) or cron(...)')
    .option('--set <variable=value...>', 'settings of the function, as its guide names them')
    .option('--profile <file>', ownProfile)
    .action(async (secret, flags) => (await import('./attach.ts')).attach(secret, flags))
  rotate
    .command('repair')
    .description('heal an AWSPENDING that is stuck')
    .argument('<secret>', 'name or ARN')
    .option('--profile <file>', ownProfile)
    .action(async (secret, flags) => (await import('./rotate.ts')).repair(secret, flags))
  program
    .command('rollback')
    .description('make AWSPREVIOUS the current value again')
    .argument('<secret>', 'name or ARN')
    .option('--rotate', 'by its rotation function, which sets the value where it is used')
    .option('--profile <file>', ownProfile)
    .action(async (secret, flags) => (await import('./rollback.ts')).rollback(secret, flags))
}

export function addExport(program: Command): void {
  program
    .command('export')
    .description('the values that the caller may read')
    .requiredOption('--format <name>', 'env, json or dotenv')
    .option('--prefix <text>', 'of secrets whose names begin so; variables are named by the rest')
    .option('--out <file>', 'a new file, for its owner only (standard output)')
    .option('--force', 'to a terminal, too')
    .option('--profile <file>', ownProfile)
    .action(async (flags) => (await import('./export.ts')).exportSecrets(flags))
}

export function addCredentials(program: Command): void {
  program
    .command('credentials')
    .description('temporary credentials of a role, as a credential_process')
    .requiredOption('--role <arn>', 'the role to assume')
    .option(
      '--session-name <name>',
      'how the audit shall call the session (the user of this machine)',
    )
    .option('--duration <seconds>', 'how long they last', '3600')
    .option('--profile <file>', 'the credentials file of whoever assumes it')
    .action(async (flags) => (await import('./credentials.ts')).credentials(flags))
}
