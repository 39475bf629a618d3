/**
 * The command line: one file per command. What goes to standard output is what was asked for; what
 * is said about it goes to standard error. A refusal is one sentence and exit code 1.
 */
import { Command } from 'commander'
import { Refusal } from '../lib/fault.ts'
import { addValues } from './values.ts'

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
  const program = new Command('strongroom')
    .description(
      'A secrets manager that people run themselves and that their AWS code already speaks.',
    )
    // A command that has commands of its own, as rotate has, leaves them their flags.
    .enablePositionalOptions()
  for (const add of [
    addServe,
    addAudit,
    addAccounts,
    addCredentials,
    addQuestions,
    addRotation,
    addKeys,
    addBackups,
    addExport,
    addValues,
  ])
    add(program)
  return program
}

const sealWords = 'file, file:/PATH, passphrase, env, credential:NAME or aws-kms:KEY-ARN@ENDPOINT'

/** How a store is opened: for whatever opens one. */
const withSeal = (command: Command): Command =>
  command
    .option('--seal <seal>', `${sealWords} (as the folder remembers, else file)`)
    .option('--seal-wait <seconds>', 'how long a KMS is waited for (300)')
    .option('--passphrase-fd <number>', 'an open file that holds the passphrase')

function addServe(program: Command): void {
  withSeal(program.command('serve'))
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
    .option(
      '--rate-limits <aws|off>',
      "how often an account may call: AWS's quotas, or no limit (off)",
    )
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
    .option('--audit-private', 'these may be in private networks, and without TLS')
    .option('--trail-buckets <names>', 'buckets for CreateTrail: NAME=DIR, separated by commas')
    .action(async (flags) => (await import('./serve.ts')).serve(flags))
}

function addAudit(program: Command): void {
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
    .option('--data <dir>', 'the data folder (./data)')
    .option('--records', 'hold every record of the database against it, too')
    .option('--checkpoints <file>', 'checkpoints that were kept elsewhere')
    .action(async (flags) => (await import('./verify.ts')).verify(flags))
}

const operatorProfile = "the operator's credentials file (./data/root-credentials)"
const ownProfile = 'a credentials file (./data/root-credentials)'

function addAccounts(program: Command): void {
  const account = program.command('account').description('the accounts of a deployment')
  account
    .command('create')
    .description('make an account; prints its root credentials file')
    .option('--id <digits>', 'its twelve digits (drawn)')
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./account.ts')).create(flags))
  account
    .command('list')
    .description('all accounts')
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./account.ts')).list(flags))
  withSeal(account.command('reset-root'))
    .description("give an account's root a new key, when nothing serves the data folder")
    .option('--data <dir>', 'the data folder (./data)')
    .option('--account <digits>', "the account (the deployment's own)")
    .action(async (flags) => (await import('./reset.ts')).resetRoot(flags))
}

function addCredentials(program: Command): void {
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

function addQuestions(program: Command): void {
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

function addRotation(program: Command): void {
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

const rootKeyWords = 'the file of the root key that it was made under'

function addExport(program: Command): void {
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

function addKeys(program: Command): void {
  const seal = program.command('seal').description('what the store opens by')
  seal
    .command('status')
    .description('the seal and the store keys of a server')
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./seal.ts')).status(flags))
  const fd = 'an open file that holds the new passphrase'
  seal
    .command('rewrap')
    .description('move the store of a server to another seal, while it serves')
    .requiredOption('--to <seal>', sealWords)
    .option('--passphrase-fd <number>', fd)
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./seal.ts')).rewrap(flags))
  seal
    .command('rotate')
    .description('a new root key under the same seal')
    .option('--passphrase-fd <number>', fd)
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./seal.ts')).rotate(flags))
  program
    .command('store')
    .description('the key under which everything is sealed')
    .command('rotate')
    .description('a new store key; everything is sealed anew, while the server serves')
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./seal.ts')).rotateStore(flags))
  withSeal(program.command('doctor'))
    .description('whether all is well with a store, and how to mend what is not; exit code 1 then')
    .option('--data <dir>', 'the data folder (./data)')
    .option('--profile <file>', operatorProfile)
    .option('--json', 'as one JSON text')
    .action(async (flags) => (await import('./doctor.ts')).doctor(flags))
}

function addBackups(program: Command): void {
  const backup = program.command('backup').description('backups that prove themselves')
  backup
    .command('create')
    .description('a backup of the deployment, fetched from its server into a file')
    .argument('<file>', 'the new file')
    .option('--profile <file>', operatorProfile)
    .action(async (file, flags) => (await import('./backup.ts')).create(file, flags))
  backup
    .command('status')
    .description('how the backups on schedule stand; fails unless all is well')
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./backup.ts')).status(flags))
  backup
    .command('restore')
    .description('make a data folder from a backup')
    .argument('<file>', 'the backup')
    .option('--data <dir>', 'the new data folder (./data)')
    .option('--root-key <file>', rootKeyWords)
    .option('--seal <seal>', 'another seal, as serve has it')
    .option('--passphrase-fd <number>', 'an open file that holds the passphrase')
    .action(async (file, flags) => (await import('./restore.ts')).restore(file, flags))
  backup
    .command('drill')
    .description('restore a backup into a scratch folder and open everything in it')
    .argument('<file>', 'the backup')
    .option('--data <dir>', 'the data folder whose seal it was made under (./data)')
    .option('--root-key <file>', rootKeyWords)
    .option('--seal <seal>', 'another seal, as serve has it')
    .option('--passphrase-fd <number>', 'an open file that holds the passphrase')
    .option('--scratch <dir>', "where to restore it (the backup's own folder)")
    .action(async (file, flags) => (await import('./restore.ts')).drill(file, flags))
  backup
    .command('verify')
    .description('whether a backup has the bytes that were written, without any key')
    .argument('<file>', 'the backup')
    .action(async (file) => (await import('./restore.ts')).verify(file))
}
