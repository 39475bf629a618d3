/** The commands of who runs a deployment: accounts, keys, backups. */
import type { Command } from 'commander'
import { operatorProfile, sealWords, withSeal } from './words.ts'

export function addAccounts(program: Command): void {
  const account = program.command('account').description('the accounts of a deployment')
  account
    .command('create')
    .description('make an account; prints its root credentials file')
    .option('--id <digits>', 'its twelve digits (drawn)')
    .option('--json', 'as one JSON text')
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./account.ts')).create(flags))
  account
    .command('list')
    .description('all accounts')
    .option('--json', 'one JSON text a line')
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./account.ts')).list(flags))
  withSeal(account.command('reset-root'))
    .description("give an account's root a new key, when nothing serves the data folder")
    .option('--data <dir>', 'the data folder (./data)')
    .option('--account <digits>', "the account (the deployment's own)")
    .action(async (flags) => (await import('./reset.ts')).resetRoot(flags))
}

export function addKeys(program: Command): void {
  const seal = program.command('seal').description('what the store opens by')
  seal
    .command('status')
    .description('the seal and the store keys of a server')
    .option('--json', 'the whole answer as JSON')
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
  program
    .command('node')
    .description('the nodes that share a store')
    .command('list')
    .description('each with its version, since when it runs, and when it was last heard of')
    .option('--profile <file>', operatorProfile)
    .option('--json', 'as one JSON text')
    .action(async (flags) => (await import('./node.ts')).list(flags))
  withSeal(program.command('doctor'))
    .description('whether all is well with a store, and how to mend what is not; exit code 1 then')
    .option('--data <dir>', 'the data folder (./data)')
    .option('--store <address>', 'a PostgreSQL database that holds the store')
    .option('--profile <file>', operatorProfile)
    .option('--json', 'as one JSON text')
    .action(async (flags) => (await import('./doctor.ts')).doctor(flags))
}

const rootKeyWords = 'the file of the root key that it was made under'

export function addBackups(program: Command): void {
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
    .option('--json', 'the whole answer as JSON')
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./backup.ts')).status(flags))
  backup
    .command('restore')
    .description('make a data folder from a backup')
    .argument('<file>', 'the backup')
    .option('--data <dir>', 'the new data folder (./data)')
    .option('--store <address>', 'an empty PostgreSQL database that takes the records')
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

export function addEvents(program: Command): void {
  const events = program
    .command('events')
    .description('events that could not be delivered to targets of rules')
  events
    .command('dead')
    .description('what could not be delivered, the newest first')
    .option('--json', 'one JSON object a line, with the event')
    .option('--profile <file>', operatorProfile)
    .action(async (flags) => (await import('./events.ts')).dead(flags))
  events
    .command('redrive <ids...>')
    .description('try to deliver them once more')
    .option('--profile <file>', operatorProfile)
    .action(async (ids, flags) => (await import('./events.ts')).redrive(ids, flags))
  events
    .command('drop <ids...>')
    .description('give them up')
    .option('--profile <file>', operatorProfile)
    .action(async (ids, flags) => (await import('./events.ts')).drop(ids, flags))
}
