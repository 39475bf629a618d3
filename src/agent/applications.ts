/**
 * The applications of a machine that each have a way in of their own: a Unix socket and a token, both
 * their user's alone, that stand for a role. What one may, another need not.
 */
import { Refusal } from '../lib/fault.ts'
import { type Spec, tablesOf, text, texts } from './members.ts'

export interface Application {
  /** Of the socket, the token and the role's session: `shop` is who reads, in the audit, too. */
  readonly name: string
  /** Whose they are: a user's name or number. */
  readonly user: string
  readonly roleArn: string
  /** Names of secrets, with `*`: of what the role may do with secrets, with these only. */
  readonly secrets?: readonly string[]
}

/** Of the settings of our own. */
export const applicationSpec = {
  sockets: path,
  metadata: text,
  applications: tablesOf({ name: text, user: text, role_arn: text, secrets: texts }, 'name'),
} satisfies Spec

export interface Applications {
  /** The folder of sockets and tokens. */
  readonly folder: string
  readonly all: readonly Application[]
  /** The one whose role the instance metadata stands for, which anybody on the machine may ask. */
  readonly metadata?: Application
}

type Given = {
  readonly [K in keyof typeof applicationSpec]?: ReturnType<(typeof applicationSpec)[K]>
}

const folderByDefault = '/run/strongroom'
const applicationsMax = 100

/** Throws Refusal with one sentence. */
export function applicationsIn({ sockets, metadata, applications = [] }: Given): Applications {
  if (applications.length > applicationsMax) {
    throw new Refusal(`There are more than ${applicationsMax} applications.`)
  }
  const all = applications.map(applicationIn)
  const names = new Set(all.map(({ name }) => name))
  if (names.size < all.length) throw new Refusal('Two applications have one name.')
  const folder = sockets ?? folderByDefault
  if (metadata === undefined) return { folder, all }
  const found = all.find(({ name }) => name === metadata)
  if (found) return { folder, all, metadata: found }
  throw new Refusal(`strongroom.metadata is the name of an application, and ${metadata} is none.`)
}

function applicationIn(given: {
  readonly name?: string
  readonly user?: string
  readonly role_arn?: string
  readonly secrets?: readonly string[]
}): Application {
  const { name = '', user, role_arn: roleArn, secrets } = given
  // It becomes a file's name and a session's.
  if (!/^[A-Za-z0-9][\w-]{1,63}$/.test(name)) {
    throw new Refusal(
      'The name of an application is 2 to 64 letters, digits, hyphens and underscores.',
    )
  }
  if (user === undefined || !/^[A-Za-z0-9_][\w.@-]{0,63}$/.test(user)) {
    throw new Refusal(`The application ${name} needs a user.`)
  }
  if (roleArn === undefined || !/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(roleArn)) {
    throw new Refusal(`The application ${name} needs a role_arn, arn:aws:iam::ACCOUNT:role/NAME.`)
  }
  const application = { name, user, roleArn, ...(secrets && { secrets }) }
  if ((sessionPolicy(application)?.length ?? 0) <= policyCharactersMax) return application
  throw new Refusal(`The secrets of ${name} do not fit into a session policy: use patterns.`)
}

function path(value: unknown, name: string): string {
  const found = text(value, name)
  if (found.startsWith('/') && !found.split('/').includes('..')) return found
  throw new Refusal(`${name} is an absolute path.`)
}

/** STS takes no longer one. */
const policyCharactersMax = 2048

/**
 * What narrows the role's session: it is the service that decides, so that it holds for credentials that
 * are lent as well as for what the agent reads.
 */
export function sessionPolicy({ roleArn, secrets }: Application): string | undefined {
  if (!secrets) return undefined
  const partition = roleArn.split(':')[1]
  const arns = secrets.map((name) => `arn:${partition}:secretsmanager:*:*:secret:${name}-??????`)
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'secretsmanager:*', NotResource: arns },
    ],
  })
}
