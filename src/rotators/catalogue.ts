/**
 * The rotation functions that are shipped, as data: what each needs of a secret, of its role and of
 * its environment. `pack.ts` makes the zip that CreateFunction takes.
 */

export interface Rotator {
  /** What `--using` names; its folder in `rotators/` too. */
  readonly name: string
  readonly about: string
  readonly handler: string
  readonly runtime: 'nodejs22.x'
  readonly timeoutSeconds: number
  readonly memoryMegabytes: number
  /** The keys that the secret's JSON must have; none for a secret that is any text. */
  readonly keys: readonly string[]
  readonly optionalKeys: readonly string[]
  /** The key of the secret that names another secret, which the function must be allowed to read. */
  readonly otherSecret?: 'masterarn'
  /** Environment variables that the function heeds, besides those of a random password. */
  readonly environment: readonly string[]
  /** What the function's role needs besides Secrets Manager: actions on the user that the secret names. */
  readonly actions: readonly string[]
}

const usual = {
  runtime: 'nodejs22.x',
  timeoutSeconds: 60,
  memoryMegabytes: 256,
  optionalKeys: [],
  environment: [],
  actions: [],
} as const

const login = ['host', 'username', 'password'] as const
const place = ['port', 'dbname', 'ssl', 'ca'] as const

const table: readonly Rotator[] = [
  {
    ...usual,
    name: 'postgres',
    about: 'PostgreSQL, one user, who changes its own password',
    handler: 'postgres/index.handler',
    keys: login,
    optionalKeys: place,
  },
  {
    ...usual,
    name: 'postgres-alternating',
    about: 'PostgreSQL, two users by turns: no log-in ever fails',
    handler: 'postgres-alternating/index.handler',
    keys: [...login, 'masterarn'],
    optionalKeys: place,
    otherSecret: 'masterarn',
  },
  {
    ...usual,
    name: 'mysql',
    about: 'MySQL and MariaDB, one user, who changes its own password',
    handler: 'mysql/index.handler',
    keys: login,
    optionalKeys: place,
  },
  {
    ...usual,
    name: 'mysql-alternating',
    about: 'MySQL and MariaDB, two users by turns: no log-in ever fails',
    handler: 'mysql-alternating/index.handler',
    keys: [...login, 'masterarn'],
    optionalKeys: place,
    otherSecret: 'masterarn',
    environment: ['USERNAME_CHARACTER_LIMIT'],
  },
  {
    ...usual,
    name: 'mongodb',
    about: 'MongoDB, one user, who changes its own password',
    handler: 'mongodb/index.handler',
    keys: login,
    optionalKeys: [...place, 'replicaSet'],
  },
  {
    ...usual,
    name: 'redis',
    about: 'Redis and Valkey, a user of the ACL: the last two passwords count, no log-in fails',
    handler: 'redis/index.handler',
    keys: login,
    optionalKeys: ['port', 'ssl', 'ca', 'masterarn'],
    otherSecret: 'masterarn',
  },
  {
    ...usual,
    name: 'http',
    about: 'keys of an HTTP API that makes and revokes them: a template',
    handler: 'http/index.handler',
    keys: ['endpoint', 'keyId', 'key'],
    environment: ['CREATE_PATH', 'TEST_PATH', 'REVOKE_PATH'],
  },
  {
    ...usual,
    name: 'iam',
    about: 'access keys of an IAM user: the last two count',
    handler: 'iam/index.handler',
    keys: ['username', 'accessKeyId', 'secretAccessKey'],
    actions: ['iam:CreateAccessKey', 'iam:DeleteAccessKey', 'iam:ListAccessKeys'],
  },
  {
    ...usual,
    name: 'random',
    about: 'a random string, or one key of a JSON object, that nobody else has to be told of',
    handler: 'random/index.handler',
    keys: [],
    environment: ['SECRET_KEY'],
  },
]

/** By name, in the order in which they are listed to people. */
export const rotators: ReadonlyMap<string, Rotator> = new Map(
  table.map((each) => [each.name, each]),
)

/** What the function's role must be allowed: the secret, random passwords, and what the kind needs besides. */
export function rolePolicy(
  rotator: Rotator,
  secret: { readonly arn: string; readonly otherArn?: string; readonly userArn?: string },
): object {
  const own = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage']
  const allow = (Action: readonly string[], Resource: string) => ({
    Effect: 'Allow',
    Action,
    Resource,
  })
  const statements = [
    allow(
      own.map((each) => `secretsmanager:${each}`),
      secret.arn,
    ),
    allow(['secretsmanager:GetRandomPassword'], '*'),
  ]
  if (secret.otherArn) statements.push(allow(['secretsmanager:GetSecretValue'], secret.otherArn))
  if (secret.userArn && rotator.actions.length > 0) {
    statements.push(allow(rotator.actions, secret.userArn))
  }
  return { Version: '2012-10-17', Statement: statements }
}
