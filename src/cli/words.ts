/** Words that several commands share. */
import type { Command } from 'commander'

export const operatorProfile = "the operator's credentials file (./data/root-credentials)"
export const ownProfile = 'a credentials file (./data/root-credentials)'

export const sealWords =
  'file, file:/PATH, passphrase, env, credential:NAME or aws-kms:KEY-ARN@ENDPOINT'

/** How a store is opened: for whatever opens one. */
export const withSeal = (command: Command): Command =>
  command
    .option('--seal <seal>', `${sealWords} (as the folder remembers, else file)`)
    .option('--seal-wait <seconds>', 'how long a KMS is waited for (300)')
    .option('--passphrase-fd <number>', 'an open file that holds the passphrase')
