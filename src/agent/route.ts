/** A way in: which paths it takes, who guards it, what it answers. Doors are opened over tables of them. */
import type { IncomingMessage } from 'node:http'

/** Who comes in by a door of its own. On the common port nobody is told from another. */
export interface Visitor {
  readonly application?: string
  /** The role that this door stands for; absent for the agent's own credentials. */
  readonly roleArn?: string
}

export interface Asked {
  readonly method: string
  /** As it was sent, without the query; never decoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly visitor: Visitor
}

export interface Reply {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Says no before anything is looked at; `undefined` lets by. */
export type Guard = (request: IncomingMessage) => Reply | undefined

export interface Route {
  takes(path: string): boolean
  /** GET where it is left out. */
  readonly methods?: readonly string[]
  /** Instead of the door's own. */
  readonly guards?: readonly Guard[]
  answer(asked: Asked): Reply | Promise<Reply>
}

/** A route for one path. */
export const at = (path: string, answer: Route['answer'], more: Partial<Route> = {}): Route => ({
  takes: (asked) => asked === path,
  answer,
  ...more,
})
