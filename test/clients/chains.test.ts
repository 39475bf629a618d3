/**
 * Programs without a key on disk or in their environment: AWS's SDKs as they are, which find credentials
 * at the agent (container endpoint, instance metadata) or for a web identity token.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { type Machine, raiseMachine } from '../agent/applications.ts'
import type { Running } from '../agent/scene.ts'
import { type Issuer, raiseIssuer } from '../wire/sts/issuer.ts'
import { account, policy, trust } from '../wire/sts/scene.ts'
import { run, userEnvironment, withoutAws, withoutBoto3 } from './tools.ts'

let issuer: Issuer
let machine: Machine
let agent: Running

before(async () => {
  issuer = await raiseIssuer()
  machine = await raiseMachine({ house: { flags: { privateIssuers: issuer.url } } })
  await makeWebRole()
  agent = await machine.run()
})
after(async () => {
  await agent.close()
  await machine[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

/** What a program sees: no keys, and what names the place of credentials. */
const environment = (more: Record<string, string>): NodeJS.ProcessEnv => {
  const { house } = machine.scene
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...rest } = userEnvironment(house)
  return { ...rest, HOME: machine.folder, ...more }
}
const container = (name: string) => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(machine.folder, `${name}.token`),
})
const instance = () => ({
  AWS_EC2_METADATA_DISABLED: 'false',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: agent.url,
})
/** Kubernetes and others write such a file for each of their workloads. */
async function webIdentity(): Promise<Record<string, string>> {
  const path = join(machine.folder, 'web-identity-token')
  writeFileSync(path, await issuer.token({ sub: 'system:serviceaccount:shop:web' }))
  return {
    AWS_WEB_IDENTITY_TOKEN_FILE: path,
    AWS_ROLE_ARN: `arn:aws:iam::${account}:role/web`,
    AWS_ROLE_SESSION_NAME: 'pod',
  }
}

interface Chain {
  readonly arn: string
  readonly read: string
  readonly kind: string
  readonly ends: boolean
  readonly method?: string
}

const clients = [
  { name: 'the JavaScript SDK', file: 'chain.mjs', program: process.execPath, skip: false },
  { name: 'boto3', file: 'chain.py', program: 'python3', skip: withoutBoto3 },
] as const

for (const { name, file, program, skip } of clients) {
  const path = fileURLToPath(new URL(`./programs/${file}`, import.meta.url))
  const find = async (id: string, more: Record<string, string>): Promise<Chain> => {
    const { stdout, stderr, code } = await run(program, [path, id], environment(more))
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout)
  }

  describe(name, { skip, concurrency: true }, () => {
    test('by the container endpoint: each application is its own role', async () => {
      for (const application of ['shop', 'blog']) {
        const { arn, read, kind, ends } = await find('shop/db', container(application))
        assert.equal(arn, `arn:aws:sts::${account}:assumed-role/${application}/${application}`)
        assert.equal(read, application === 'shop' ? 'canary of shop' : 'AccessDeniedException')
        assert.deepEqual([kind, ends], ['ASIA', true])
      }
    })

    test("by the instance's metadata, version 2", async () => {
      const { arn, read, kind, ends } = await find('shop/db', instance())
      assert.equal(arn, `arn:aws:sts::${account}:assumed-role/shop/shop`)
      assert.deepEqual([read, kind, ends], ['canary of shop', 'ASIA', true])
    })

    test('by a web identity token', async () => {
      const { arn, read, kind, ends } = await find('shop/db', await webIdentity())
      assert.equal(arn, `arn:aws:sts::${account}:assumed-role/web/pod`)
      assert.deepEqual([read, kind, ends], ['canary of shop', 'ASIA', true])
    })
  })
}

test('the AWS CLI by the container endpoint', { skip: withoutAws }, async () => {
  const args = ['sts', 'get-caller-identity', '--output', 'json']
  const { stdout, stderr } = await run('aws', args, environment(container('blog')))
  assert.equal(JSON.parse(stdout || stderr).Arn, `arn:aws:sts::${account}:assumed-role/blog/blog`)
})

/** A role for tokens of the issuer. */
async function makeWebRole(): Promise<void> {
  const { iam, role } = machine.scene
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${issuer.host}`,
      ClientIDList: ['sts.amazonaws.com'],
    }),
  )
  const Federated = `arn:aws:iam::${account}:oidc-provider/${issuer.host}`
  const condition = {
    StringEquals: {
      [`${issuer.host}:aud`]: 'sts.amazonaws.com',
      [`${issuer.host}:sub`]: 'system:serviceaccount:shop:web',
    },
  }
  const Resource = 'arn:aws:secretsmanager:*:*:secret:shop/*'
  await role(
    'web',
    trust({ Federated }, condition, 'sts:AssumeRoleWithWebIdentity'),
    policy({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource }),
  )
}
