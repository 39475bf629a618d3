/** The commands that end .env files: a project's values come in, stay in, and are found where they leak. */
import type { Command } from 'commander'
import { ownProfile } from './words.ts'

export function addProject(program: Command): void {
  addRender(program)
  addDev(program)
  addImport(program)
  addTransfers(program)
  addScan(program)
}

function addRender(program: Command): void {
  program
    .command('render')
    .description('a template with the values that its {{resolve:...}} references stand for')
    .argument('<template>', 'a file, or - for standard input')
    .option('--out <file>', 'a file for its owner only (standard output)')
    .option('--check', 'what it refers to; nothing is read')
    .option('--force', 'to a terminal, too')
    .option('--profile <file>', ownProfile)
    .action(async (path, flags) => (await import('./render.ts')).render(path, flags))
}

function addScan(program: Command): void {
  program
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
}

const awsEndpointWords = "in AWS's place (STRONGROOM_AWS_ENDPOINT; AWS itself)"

function addImport(program: Command): void {
  program
    .command('import')
    .description('values that lie elsewhere become secrets; shown first, written when agreed to')
    .argument(
      '<source>',
      '.env file, file.json, vault:MOUNT/PATH (VAULT_ADDR, VAULT_TOKEN), aws:PREFIX or strongroom:PREFIX',
    )
    .option('--name <name>', 'the secret, or what secrets are named under')
    .option('--split', 'a secret for each variable (one secret with a field for each)')
    .option('--secret <names...>', 'these variables are secrets')
    .option('--config <names...>', 'these variables are configuration')
    .option('--all', 'every variable is a secret')
    .option('--dry-run', 'the preview only')
    .option('--yes', 'write without being asked')
    .option('--reduce', 'then put references into the .env file in the place of secrets')
    .option('--gitignore', 'then add the .env file to .gitignore')
    .option('--no-history', "do not search git's history for the values")
    .option('--from <file>', 'of strongroom: the credentials file of the other')
    .option('--aws-profile <name>', 'of aws: a profile of the AWS files (the AWS_ variables)')
    .option('--aws-region <name>', 'of aws: its region')
    .option('--aws-endpoint <url>', awsEndpointWords)
    .option('--json', 'the preview, one JSON text a line')
    .option('--profile <file>', ownProfile)
    .action(async (source, flags) => (await import('./import.ts')).importValues(source, flags))
}

function addTransfers(program: Command): void {
  const commands = [
    ['push', 'secrets of this house into AWS or another house, by name and version'],
    ['pull', 'secrets of AWS or another house into this one, by name and version'],
  ] as const
  for (const [name, about] of commands) {
    program
      .command(name)
      .description(`${about}; shown first, written when agreed to`)
      .argument('<where>', 'aws, or the credentials file of another Strongroom')
      .option('--prefix <text>', 'of secrets whose names begin so')
      .option('--dry-run', 'what differs, only')
      .option('--yes', 'write without being asked')
      .option('--aws-profile <name>', 'a profile of the AWS files (the AWS_ variables)')
      .option('--aws-region <name>', "AWS's region")
      .option('--aws-endpoint <url>', awsEndpointWords)
      .option('--json', 'what differs, one JSON text a line')
      .option('--profile <file>', ownProfile)
      .action(async (where, flags) => {
        if (name === 'push') await (await import('./push.ts')).push(where, flags)
        else await (await import('./pull.ts')).pull(where, flags)
      })
  }
}

function addDev(program: Command): void {
  program
    .command('dev')
    .description('a house for the project in this folder, with data of its own, until Ctrl-C')
    .option(
      '--listen <host:port>',
      'where to listen (where it did before, 127.0.0.1:7766, or a free port)',
    )
    .option('--as <profile>', "the AWS profile's name (strongroom-FOLDER)")
    .option('--yes', 'write the profile without being asked')
    .option('--undo', 'take the profile out of the AWS files again')
    .action(async (flags) => (await import('./dev.ts')).dev(flags))
}
