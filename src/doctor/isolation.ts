/** What keeps functions from each other and from the server, on this machine. */
import { type Check, warning, well } from './check.ts'

/** As the room that runs functions finds it out, by trying. */
export interface Isolation {
  readonly level: 'namespaces' | 'user' | 'process'
  readonly measures: readonly { readonly holds: boolean; readonly words: string }[]
}

const mending: Readonly<Record<Isolation['level'], string>> = {
  namespaces: '',
  user: 'give the server leave to make namespaces (util-linux, root or user namespaces)',
  process: 'serve as root, or where user namespaces are allowed; until then functions are refused',
}

/** The level, and what does not hold at it. */
export function checkIsolation({ level, measures }: Isolation): Check {
  const missing = measures.filter(({ holds }) => !holds).map(({ words }) => words)
  const words = [`functions run at level ${level}`, ...missing].join('; ')
  return level === 'namespaces'
    ? well('functions', words)
    : warning('functions', `${words}: ${mending[level]}`)
}
