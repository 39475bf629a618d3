/**
 * The endpoint from which containers get credentials, for any AWS client of one application:
 * AWS_CONTAINER_CREDENTIALS_FULL_URI names it, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE the application's
 * token, which says who asks. Behind an application's own socket no token is needed.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
import type { Application } from './applications.ts'
import { type LentMembers, NotLent } from './lender.ts'
import { type Asked, at, type Guard, type Reply, type Route } from './route.ts'

export interface ContainerNeeds {
  readonly guards: readonly Guard[]
  /** Who asks, by the door or the token; `undefined` for nobody known. */
  whoAsks(asked: Asked): Application | undefined
  /** Throws NotLent. */
  lend(application: Application): Promise<LentMembers>
}

export const containerPath = '/credentials'

export const containerRoute = (needs: ContainerNeeds): Route =>
  at(containerPath, (asked) => answer(needs, asked), { guards: needs.guards })

async function answer({ whoAsks, lend }: ContainerNeeds, asked: Asked): Promise<Reply> {
  const application = whoAsks(asked)
  if (!application) return refusal(401, 'AccessDenied', 'The authorization token is not right.')
  try {
    const { roleArn } = application
    const lent = await lend(application)
    return json(200, { ...lent, AccountId: roleArn.split(':')[4], RoleArn: roleArn })
  } catch (thrown) {
    if (!(thrown instanceof NotLent)) throw thrown
    return refusal(thrown.status, thrown.code, thrown.message)
  }
}

const refusal = (status: number, Code: string, Message: string): Reply =>
  json(status, { Code, Message })

/** Some clients look at the type, and no cache may keep a key. */
export const json = (status: number, value: object): Reply => ({
  status,
  body: JSON.stringify(value),
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
})
