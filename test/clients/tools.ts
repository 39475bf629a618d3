/** The clients of a user's machine, run as they are; a test says so when one is not here. */
import { spawn, spawnSync } from 'node:child_process'
import type { Keys, TestHouse } from '../house.ts'

const has = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore', timeout: 60_000 }).status === 0

/** Why a test is skipped, or false when the tool is here. */
export const withoutAws: string | false = has('aws', '--version')
  ? false
  : 'the AWS CLI is not on this machine'
export const withoutBoto3: string | false = has('python3', '-c', 'import boto3')
  ? false
  : 'python3 with boto3 is not on this machine'
export const withoutPowertools: string | false = has(
  'python3',
  '-c',
  'import aws_lambda_powertools',
)
  ? false
  : 'aws-lambda-powertools for Python is not on this machine'
export const withoutTerraform: string | false = has('terraform', 'version')
  ? false
  : 'Terraform is not on this machine'

/** What a user sets, and nothing of this machine's own settings. */
export const userEnvironment = (house: TestHouse, keys: Keys = house.root): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: house.dataPath,
  AWS_ENDPOINT_URL: house.url,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  ...(keys.sessionToken && { AWS_SESSION_TOKEN: keys.sessionToken }),
  AWS_EC2_METADATA_DISABLED: 'true',
  ...(process.env.PYENV_ROOT && { PYENV_ROOT: process.env.PYENV_ROOT }),
})

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Ran> {
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ])
  return { code, stdout, stderr }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
