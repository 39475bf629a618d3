/** A house with two applications on one machine, each with a role and a secret, and an agent of its own user. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Applications } from '../../src/agent/applications.ts'
import type { HouseOptions } from '../house.ts'
import { policy, raiseScene, roleArn, type Scene, trust, userArn } from '../wire/sts/scene.ts'
import { addSecret, environmentOf, type Options, type Running, runAgent } from './scene.ts'

export interface Machine extends AsyncDisposable {
  readonly scene: Scene
  readonly folder: string
  readonly applications: Applications
  /** What the agent is started with: keys of a user who may assume the roles, and nothing else. */
  readonly environment: Record<string, string | undefined>
  /** An agent with these applications. */
  run(options?: Options): Promise<Running>
}

const own = String(process.getuid?.() ?? 0)

/** @param users of the shop and the blog, where they are not the tests' own */
export async function raiseMachine(
  options: { readonly house?: HouseOptions; readonly users?: readonly string[] } = {},
): Promise<Machine> {
  const scene = await raiseScene(options.house)
  const [shopUser = own, blogUser = own] = options.users ?? []
  const outside = mkdtempSync(join(tmpdir(), 'strongroom-machine-'))
  chmodSync(outside, 0o711)
  const folder = join(outside, 'run')
  const keys = await scene.user('agent', assumes)
  for (const name of ['shop', 'blog']) await addApplication(scene, name)
  const environment = environmentOf(scene.house, keys)
  const shop = { name: 'shop', user: shopUser, roleArn: roleArn('shop') }
  const blog = { name: 'blog', user: blogUser, roleArn: roleArn('blog'), secrets: ['blog/db'] }
  const applications = { folder, all: [shop, blog], metadata: shop }
  return {
    ...{ scene, folder, applications, environment },
    run: (more = {}) =>
      runAgent(scene.house, {
        ...more,
        told: { applications, ...more.told },
        environment: { ...environment, ...more.environment },
      }),
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]()
      rmSync(outside, { recursive: true, force: true })
    },
  }
}

const assumes = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' })

/** A role that may do everything with its own secrets, and two of these. */
async function addApplication(scene: Scene, name: string): Promise<void> {
  const Resource = `arn:aws:secretsmanager:*:*:secret:${name}/*`
  const may = policy({ Effect: 'Allow', Action: '*', Resource })
  await scene.role(name, trust({ AWS: userArn('agent') }), may)
  for (const each of ['db', 'mail']) {
    await addSecret(scene.house, `${name}/${each}`, `canary of ${name}`)
  }
}

export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** A request as it stands: to a port or a socket, by any method. */
export function send(
  to: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const where = to.startsWith('http')
    ? { host: new URL(to).hostname, port: new URL(to).port }
    : { socketPath: to }
  const sent = request({ ...where, path, method, headers, agent: false }, async (response) => {
    let text = ''
    for await (const chunk of response) text += chunk
    resolve({ status: response.statusCode ?? 0, text, headers: response.headers })
  })
  sent.once('error', reject)
  sent.end()
  return promise
}
