/** The places where values may lie: files of a folder, everything that git keeps, what is staged. */
import { createReadStream, type Dirent, lstatSync, readdirSync } from 'node:fs'
import { join, matchesGlob, relative } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import type { Bar } from './bar.ts'
import type { Fingerprints } from './fingerprints.ts'
import type { Git, GitObject } from './git.ts'
import { type Sighting, Sweep } from './sweep.ts'

export interface Place extends Sighting {
  readonly path: string
  /** The commit that it came in by; `undefined` for a file that lies there now. */
  readonly commit?: string
  /** How many versions of the file have it. */
  readonly versions?: number
}

/** Other people's programs, and what git keeps, which is searched on its own. */
const passedOver: ReadonlySet<string> = new Set(['.git', 'node_modules'])

export interface Files {
  readonly exclude: readonly string[]
  /** Told of files that can't be read. */
  readonly unreadable: (path: string) => void
  readonly bar: Bar
}

export async function* searchFiles(
  prints: Fingerprints,
  root: string,
  { exclude, unreadable, bar }: Files,
): AsyncGenerator<Place> {
  const paths = [...filesUnder(root, unreadable)]
  for (const [at, path] of paths.entries()) {
    bar.at(at, paths.length)
    const name = relative(root, path) || path
    if (exclude.some((glob) => matchesGlob(name, glob))) continue
    const sweep = new Sweep(prints)
    try {
      for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
        const sightings = sweep.feed(piece)
        if (sightings.length > 0) bar.end()
        for (const sighting of sightings) yield { ...sighting, path }
      }
    } catch {
      unreadable(path)
    }
  }
  bar.end()
}

function* filesUnder(path: string, unreadable: Files['unreadable']): Generator<string> {
  if (mustBeThere(path).isFile()) {
    yield path
    return
  }
  const folders = [path]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const each of entriesIn(folder, unreadable)) {
      const inside = join(folder, each.name)
      // Links are not followed: what they lead to is searched where it lies.
      if (each.isFile()) yield inside
      else if (each.isDirectory() && !passedOver.has(each.name)) folders.push(inside)
    }
  }
}

function mustBeThere(path: string) {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found) return found
  throw new Refusal(`${path} is not there.`)
}

function entriesIn(folder: string, unreadable: Files['unreadable']): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    unreadable(folder)
    return []
  }
}

/**
 * Files of every commit, also of those that nothing leads to; messages of commits and tags. Of the versions
 * of one file that hold a value the oldest is told.
 */
export async function* searchHistory(
  prints: Fingerprints,
  git: Git,
  bar: Bar,
): AsyncGenerator<Place> {
  const oldest = new Map<string, Dated>()
  const count = git.countObjects()
  let done = 0
  for await (const object of git.everything()) {
    bar.at(++done, count)
    if (object.type === 'tree') continue
    const sightings = await sightingsIn(prints, object)
    if (sightings.length > 0) note(oldest, placesOf(git, object, sightings))
  }
  bar.end()
  for (const { at: _at, ...place } of oldest.values()) yield place
}

interface Dated extends Place {
  /** When it was committed, in seconds since 1970. */
  readonly at: number
}

/** One object counts once for each value, on however many lines it stands there. */
function note(oldest: Map<string, Dated>, places: readonly Dated[]): void {
  const counted = new Set<string>()
  for (const place of places) {
    const key = JSON.stringify([place.path, place.what])
    const known = oldest.get(key)
    const versions = (known?.versions ?? 0) + (counted.has(key) ? 0 : 1)
    counted.add(key)
    const first = known && known.at <= place.at ? known : place
    oldest.set(key, { ...first, versions })
  }
}

export async function* searchStaged(prints: Fingerprints, git: Git): AsyncGenerator<Place> {
  const paths = git.staged()
  for await (const object of git.named(paths.map((path) => `:${path}`))) {
    for (const sighting of await sightingsIn(prints, object)) {
      yield { ...sighting, path: object.name.slice(1) }
    }
  }
}

async function sightingsIn(prints: Fingerprints, object: GitObject): Promise<Sighting[]> {
  const sweep = new Sweep(prints)
  const found: Sighting[] = []
  for await (const piece of object.pieces) found.push(...sweep.feed(piece))
  return found
}

function placesOf(git: Git, { id, type }: GitObject, sightings: readonly Sighting[]): Dated[] {
  const short = id.slice(0, shortChars)
  const [origin] = type === 'blob' ? git.originsOf(id) : []
  const where = type === 'blob' ? `(in no commit) ${short}` : `(message of the ${type}) ${short}`
  const { commit = '', path, at } = origin ?? { path: where, at: 0 }
  return sightings.map((each) => ({ ...each, ...(commit && { commit }), path, at }))
}

const shortChars = 12
