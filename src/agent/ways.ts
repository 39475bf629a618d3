/**
 * The ways in that applications have of their own: a Unix socket each, with the routes of the common port,
 * and on that port the endpoints for credentials. Each stands for one application's role.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import { type Application, type Applications, sessionPolicy } from './applications.ts'
import { containerPath, containerRoute } from './container.ts'
import { type Door, openDoor } from './door.ts'
import { hostNamed, noOrigin, onLoopback, tokenHash, unforwarded } from './guards.ts'
import type { Holder } from './holder.ts'
import { lend } from './lender.ts'
import type { Log } from './log.ts'
import { metadataRoutes } from './metadata.ts'
import type { Readers } from './readers.ts'
import type { Roles } from './roles.ts'
import type { Asked, Guard, Route } from './route.ts'
import { clearSocket, handOver, prepareFolder, writeFor } from './socket-folder.ts'
import { numberOfUser } from './user.ts'

export interface WayNeeds {
  readonly applications: Applications
  readonly readers: Readers
  readonly roles: Roles
  readonly region: string
  readonly log: Log
  /** The routes of the common port by which applications read. */
  readonly readings: readonly Route[]
  connectionsMax(): number
  complain(thrown: unknown): void
  now(): number
}

/** An application with what it is known by. */
interface Known {
  readonly application: Application
  readonly user: number
  readonly holder: Holder
  readonly token: string
  readonly tokenHash: Buffer
}

const tokenBytes = 32
/** Nobody reaches a socket by name, so that there is none to be rebound. */
const socketGuards: readonly Guard[] = [unforwarded, noOrigin]
const portGuards: readonly Guard[] = [onLoopback, unforwarded, noOrigin, hostNamed()]

export class Ways {
  readonly #needs: WayNeeds
  readonly #known: readonly Known[]
  readonly #doors: Door[] = []

  /** Nothing is on disk before `open`. Throws Refusal. */
  constructor(needs: WayNeeds) {
    this.#needs = needs
    const { applications, roles, readers } = needs
    this.#known = applications.all.map((application) => {
      const { name, roleArn, user } = application
      const policy = sessionPolicy(application)
      const session = { name, policy }
      const holder = roles.holderOf(roleArn, session)
      const token = randomBytes(tokenBytes).toString('base64url')
      readers.admit(name, holder, [roleArn, policy ?? ''].join(' '))
      return { application, holder, token, tokenHash: tokenHash(token), user: numberOfUser(user) }
    })
  }

  /** For the common port. */
  get routes(): readonly Route[] {
    const { applications, region, now } = this.#needs
    const guards = portGuards
    const { metadata } = applications
    const lends = (application: Application) => this.#lend(application)
    const container = containerRoute({
      guards,
      whoAsks: (asked) => this.#byToken(asked),
      lend: lends,
    })
    if (!metadata) return [container]
    return [
      container,
      ...metadataRoutes({ application: metadata, region, guards, now, lend: lends }),
    ]
  }

  /** Opens the sockets and writes the tokens. Throws Refusal, and then nothing is open. */
  async open(): Promise<void> {
    const { folder } = this.#needs.applications
    prepareFolder(folder)
    try {
      for (const known of this.#known) await this.#openTo(known, folder)
    } catch (thrown) {
      await this.close()
      throw thrown
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#doors.map((door) => door.close()))
    for (const { application } of this.#known.slice(0, this.#doors.length)) {
      rmSync(this.#tokenPath(application), { force: true })
    }
  }

  async #openTo({ application, user, token }: Known, folder: string): Promise<void> {
    const { log, readings, connectionsMax, complain } = this.#needs
    const { name, roleArn } = application
    const path = join(folder, `${name}.sock`)
    await clearSocket(path)
    const container = containerRoute({
      guards: socketGuards,
      whoAsks: () => application,
      lend: () => this.#lend(application),
    })
    const visitor = { application: name, roleArn }
    const routes = [container, ...readings]
    const guards = socketGuards
    this.#doors.push(
      await openDoor({ path }, { routes, guards, visitor, connectionsMax, complain }),
    )
    handOver(path, user)
    writeFor(user, this.#tokenPath(application), token)
    log.info(`${name}: ${path} and ${containerPath}, as ${roleArn}`)
  }

  #tokenPath({ name }: Application): string {
    return join(this.#needs.applications.folder, `${name}.token`)
  }

  /** All are compared: how long it takes tells nothing. */
  #byToken({ request }: Asked): Application | undefined {
    const shown = tokenHash(request.headers.authorization ?? '')
    const [found] = this.#known.filter((each) => timingSafeEqual(each.tokenHash, shown))
    return found?.application
  }

  async #lend(application: Application) {
    const known = this.#known.find((each) => each.application === application)
    if (!known) throw new Refusal(`${application.name} is not known.`)
    return lend(known.holder, this.#needs.now)
  }
}
