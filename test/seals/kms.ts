/** A KMS to seal by: a real second house with a key, and a user who may use it. */
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { type Keys, raiseHouse, type TestHouse } from '../house.ts'

export interface KmsHouse extends AsyncDisposable {
  readonly house: TestHouse
  readonly client: KMSClient
  readonly keyArn: string
  /** As --seal takes it. */
  readonly seal: string
  /** The variables of whoever may encrypt and decrypt by the key. */
  readonly environment: Record<string, string>
  /** Those of a user without permissions. */
  readonly stranger: Record<string, string>
}

const environmentOf = ({ accessKeyId, secretAccessKey }: Keys): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
})

export async function raiseKms(): Promise<KmsHouse> {
  const house = await raiseHouse()
  const client = new KMSClient(house.client())
  const { KeyMetadata } = await client.send(new CreateKeyCommand({}))
  const keyArn = KeyMetadata?.Arn ?? ''
  const iam = new IAMClient(house.client())
  const user = async (UserName: string, actions?: string[]) => {
    await iam.send(new CreateUserCommand({ UserName }))
    if (actions) {
      const Statement = [{ Effect: 'Allow', Action: actions, Resource: keyArn }]
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }))
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    return environmentOf({
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    })
  }
  return {
    house,
    client,
    keyArn,
    seal: `aws-kms:${keyArn}@${house.url}`,
    environment: await user('sealed-house', ['kms:Encrypt', 'kms:Decrypt']),
    stranger: await user('stranger'),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}
