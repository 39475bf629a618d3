/** The commands that answer: who did what, who could, why not, what lets in too much, what was found. */
import type { Command } from 'commander'
import { ownProfile, withSeal } from './words.ts'

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('the record of every answer')
  audit
    .command('export')
    .description('the records since an instant, oldest first')
    .requiredOption('--since <when>', '30d, 12h, 90m or a date')
    .option('--until <when>', 'the same (now)')
    .option('--format <name>', 'json, ndjson or csv', 'ndjson')
    .option('--output <file>', 'a new file, for its owner only (standard output)')
    .option('--profile <file>', ownProfile)
    .action(async (flags) => (await import('./audit-export.ts')).exportAudit(flags))
  audit
    .command('tail')
    .description('the newest records, oldest first')
    .option('-n, --lines <count>', 'how many', '20')
    .option('-f, --follow', 'go on with new ones')
    .option('--json', 'whole records, one JSON text a line')
    .option('--profile <file>', 'the credentials file of a data folder (./data/root-credentials)')
    .action(async (flags) => (await import('./tail.ts')).tail(flags))
  withSeal(audit.command('verify'))
    .description(
      'whether the audit is as it was written; reads the folder, also while it is served',
    )
    .option('--store <address>', 'a PostgreSQL database that holds the store')
    .option('--data <dir>', 'the data folder (./data)')
    .option('--records', 'hold every record of the database against it, too')
    .option('--checkpoints <file>', 'checkpoints that were kept elsewhere')
    .action(async (flags) => (await import('./verify.ts')).verify(flags))
}

export function addQuestions(program: Command): void {
  program
    .command('who')
    .description('everybody who could read a secret now, and by which statement')
    .argument('<secret>', 'name or ARN')
    .option('--did', 'who did what to it, how often, when last; who could and never did')
    .option('--since <span>', 'since when: 30d (unless told), 12h, a date; means --did')
    .option('--json', 'the whole answer as JSON')
    .option('--profile <file>', ownProfile)
    .action(async (secret, flags) => (await import('./who.ts')).who(secret, flags))
  program
    .command('why')
    .description('why a request was answered as it was')
    .argument('<request-id>', 'as the answer and the audit have it')
    .option('--json', 'the whole answer as JSON')
    .option('--profile <file>', ownProfile)
    .action(async (requestId, flags) => (await import('./why.ts')).why(requestId, flags))
  program
    .command('lint')
    .description(
      'what lets in more than it should, or is needed no more; exit code 2 if there is any',
    )
    .option('--severity <least>', 'low, medium, high or critical: the least that is told', 'low')
    .option('--json', 'one JSON text a line')
    .option('--profile <file>', ownProfile)
    .action(async (flags) => (await import('./lint.ts')).lint(flags))
}

export function addAlerts(program: Command): void {
  const alerts = program
    .command('alerts')
    .description('what detections found, oldest first')
    .enablePositionalOptions()
    .option('--since <when>', 'that began since then: 30d, 12h, 90m or a date')
    .option('--open', 'what nobody has acknowledged')
    .option('--detection <name>', 'of one detection')
    .option('-f, --follow', 'go on with new ones')
    .option('--json', 'one JSON text a line')
    .option('--profile <file>', ownProfile)
    .action(async (flags) => (await import('./alerts.ts')).alerts(flags))
  alerts
    .command('ack')
    .description('say that one was seen to; what is found after that is a new one')
    .argument('<id>', 'as the list has it')
    .option('--profile <file>', ownProfile)
    .action(async (id, flags) => (await import('./alerts.ts')).acknowledge(id, flags))
}
