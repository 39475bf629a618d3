/**
 * The command line: one file per command. What goes to standard output is what was asked for; what
 * is said about it goes to standard error. A refusal is one sentence and exit code 1.
 */
import { Command } from 'commander'
import { Refusal } from '../lib/fault.ts'

/** Runs one command line (without node and script). Sets the exit code; never throws. */
export async function run(words: readonly string[]): Promise<void> {
  try {
    await programOf().parseAsync(words, { from: 'user' })
  } catch (thrown) {
    process.exitCode = 1
    if (!(thrown instanceof Refusal)) throw thrown
    process.stderr.write(`strongroom: ${thrown.message}\n`)
  }
}

function programOf(): Command {
  const program = new Command('strongroom').description(
    'A secrets manager that people run themselves and that their AWS code already speaks.',
  )
  program
    .command('serve')
    .description('serve the AWS wire')
    .option('--listen <host:port>', 'where to listen (127.0.0.1:7766)')
    .option('--data <dir>', 'the data folder (./data)')
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
    .option('--accept-rollback', 'start on a database that is older than its anchor, and record it')
    .action(async (flags) => (await import('./serve.ts')).serve(flags))
  const audit = program.command('audit').description('the record of every answer')
  audit
    .command('tail')
    .description('the newest records, oldest first')
    .option('-n, --lines <count>', 'how many', '20')
    .option('-f, --follow', 'go on with new ones')
    .option('--json', 'whole records, one JSON text a line')
    .option('--profile <file>', 'the credentials file of a data folder (./data/root-credentials)')
    .action(async (flags) => (await import('./tail.ts')).tail(flags))
  return program
}
