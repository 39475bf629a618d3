// A handler as its author wrote it for AWS: the secret is fetched once and kept outside the handler.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

const client = new SecretsManagerClient({})
let gatewayKey

export const handler = async (event) => {
  if (!gatewayKey) {
    const response = await client.send(
      new GetSecretValueCommand({ SecretId: 'prod/payment/gateway-key' }),
    )
    gatewayKey = response.SecretString
  }
  return {
    statusCode: 200,
    body: `charged ${event.amount} with a key of ${gatewayKey.length} characters`,
  }
}

const answers = []
for (const amount of [1, 2, 3]) answers.push(await handler({ amount }))
console.log(JSON.stringify(answers))
