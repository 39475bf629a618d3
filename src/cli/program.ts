/**
 * The command line: one file per command. What goes to standard output is what was asked for; what
 * is said about it goes to standard error. A refusal is one sentence and exit code 1.
 */
import { Command } from 'commander'
import { Refusal } from '../lib/fault.ts'
import { addAgent } from './agents.ts'
import { addAlerts, addAudit, addQuestions } from './answers.ts'
import { withDetections } from './detection.ts'
import { showExamples } from './examples.ts'
import { addProject } from './project.ts'
import { addCredentials, addExport, addRotation } from './secrets.ts'
import { addAccounts, addBackups, addEvents, addKeys } from './upkeep.ts'
import { addValues } from './values.ts'
import { withSeal } from './words.ts'

/** Runs one command line (without node and script). Sets the exit code; never throws. */
export async function run(words: readonly string[]): Promise<void> {
  heedReaders(words)
  try {
    await programOf().parseAsync(words, { from: 'user' })
  } catch (thrown) {
    process.exitCode = 1
    if (!(thrown instanceof Refusal)) throw thrown
    process.stderr.write(`strongroom: ${thrown.message}\n`)
  }
}

/** What goes on when nobody reads what it prints any more. */
const servers = new Set(['serve', 'agent', 'dev'])

/** Whoever reads may have had enough, as `head` has: that ends a command quietly, and no server. */
function heedReaders([command = '']: readonly string[]): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (!servers.has(command)) process.exit(0)
  })
}

/** Every command, with its flags. */
export function programOf(): Command {
  const program = new Command('strongroom')
    .description(
      'A secrets manager that people run themselves and that their AWS code already speaks.',
    )
    // A command that has commands of its own, as rotate has, leaves them their flags.
    .enablePositionalOptions()
    .configureOutput(output)
    .showHelpAfterError('(--help lists what there is)')
  for (const add of [
    addServe,
    addAgent,
    addAudit,
    addAccounts,
    addCredentials,
    addQuestions,
    addAlerts,
    addEvents,
    addRotation,
    addKeys,
    addBackups,
    addExport,
    addValues,
    addProject,
  ])
    add(program)
  program
    .command('completion')
    .description('what a shell needs to complete these commands')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell) => (await import('./completion.ts')).completion(shell, program))
  showExamples(program)
  return program
}

/** Refusals of the parser look as ours do. */
const output = {
  outputError: (words: string, write: (words: string) => void) =>
    write(words.replace(/^error: /, 'strongroom: ')),
}

function addServe(program: Command): void {
  withDetections(withSeal(program.command('serve')))
    .description('serve the AWS wire')
    .option('--listen <host:port>', 'where to listen (127.0.0.1:7766)')
    .option('--data <dir>', 'the data folder (./data)')
    .option('--store <address>', 'sqlite, or postgres://user@host/database for many nodes')
    .option('--account <digits>', 'the account that the root credentials are for (000000000000)')
    .option('--region <name>', 'the region of the printed examples (us-east-1)')
    .option('--regions <names>', "the regions to serve, separated by commas (AWS's public ones)")
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'its private key, PEM')
    .option('--insecure', 'listen beyond loopback without TLS: it ends in front')
    .option(
      '--private-issuers <urls>',
      'OpenID Connect issuers that may be at private addresses, separated by commas',
    )
    .option(
      '--events-allow-private <blocks>',
      'private addresses that events may be sent to, such as 10.0.0.0/8, separated by commas',
    )
    .option(
      '--rate-limits <aws|off>',
      "how often an account may call: AWS's quotas, or no limit (off)",
    )
    .option('--workers <count>', 'how many processes answer, on one data folder (1)')
    .option('--lookup-days <days>', 'for how long records can be looked up (90)')
    .option('--backup-every <span>', 'make and drill a backup so often, such as 1h')
    .option('--backup-to <dir>', 'the folder for these backups')
    .option('--backup-keep <span>', 'how long they are kept (14d)')
    .option(
      '--audit-segment <size>',
      'how much of the journal one file of DATA/journal takes (16m)',
    )
    .option('--audit-keep <span>', 'how long audit records are kept, such as 400d (without end)')
    .option('--accept-rollback', 'start on a database that is older than its anchor, and record it')
    .option('--functions-libraries <dir>', 'lend its node_modules and python to every function')
    .option(
      '--functions-unguarded',
      'run functions even where nothing keeps them from the data folder',
    )
    .option('--audit-files <dir>', "deliver audit records there as files in CloudTrail's layout")
    .option('--audit-files-every <seconds>', 'how long records wait for their file at most (300)')
    .option('--audit-webhook <url>', 'POST audit records there')
    .option(
      '--audit-syslog <host:port>',
      'send audit records there by TLS; tcp://HOST:PORT without',
    )
    .option('--audit-otlp <url>', 'send audit records to this OpenTelemetry collector')
    .option('--otel-traces <url>', 'send spans of requests to this OpenTelemetry collector')
    .option('--audit-private', 'these may be in private networks, and without TLS')
    .option('--trail-buckets <names>', 'buckets for CreateTrail: NAME=DIR, separated by commas')
    .action(async (flags) => (await import('./serve.ts')).serve(flags))
}
