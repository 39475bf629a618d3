// A program without keys: the SDK finds its credentials by its default chain.
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { STS } from '@aws-sdk/client-sts'

const sts = new STS({})
const { Arn } = await sts.getCallerIdentity({})
const { accessKeyId, expiration } = await sts.config.credentials()
const read = await new SecretsManager({}).getSecretValue({ SecretId: process.argv[2] }).then(
  ({ SecretString }) => SecretString,
  ({ name }) => name,
)
console.log(
  JSON.stringify({ arn: Arn, read, kind: accessKeyId.slice(0, 4), ends: expiration > new Date() }),
)
