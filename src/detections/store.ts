/** What detections keep: incidents, what they learned, and how far they have come in the journal. */
import { noteIn } from '../audit/notices.ts'
import type { Attempt, Look } from '../store/attempt.ts'
import { type Collection, collection } from '../store/collection.ts'
import { announce } from '../store/outbox.ts'
import { type Incident, idBefore } from './incident.ts'
import type { Place } from './memory.ts'
import type { Telling } from './telling.ts'
import type { Printed } from './windows.ts'

const incidents = collection<Incident>('detection-incidents')
const knowledge = collection<{ readonly day: number }>('detection-knowledge')
const states = collection<State>('detection-state')

export interface State {
  /** The last batch of the journal that was looked at. */
  readonly seq: number
  /** Drawn with each state, so that who writes the next one knows whether another has. */
  readonly mark: string
  /** When detections began here, in milliseconds. */
  readonly since: number
  readonly windows: Printed
}

export class DetectionReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  /** How far detections have come; joins the read set. */
  state(): State | undefined {
    return this.look.get(states, 'state')
  }

  recall({ kind, account, digest }: Place): { readonly day: number } | undefined {
    return this.look.peek(knowledge, kind, account, digest)
  }

  find(account: string, id: string): Incident | undefined {
    return idForm.test(id) ? this.look.get(incidents, account, id) : undefined
  }

  /** Incidents of an account, the newest first, behind one. */
  async list(account: string, after: string | undefined, itemsMax: number): Promise<Incident[]> {
    const from = after === undefined ? undefined : [after]
    const page = { after: from, itemsMax, reverse: true }
    return (await this.look.list(incidents, [account], page)).map(({ record }) => record)
  }

  /** Incidents of every account that began before this. */
  async oldIncidents(before: number, after: Parts | undefined, itemsMax: number) {
    const items = await this.look.list(incidents, [], { after, itemsMax })
    const found = items.map(({ parts }) => ({ parts, isOld: (parts[1] ?? '') < idBefore(before) }))
    return remains('incidents', found, itemsMax)
  }

  /** What was of no use since this day. */
  async oldKnowledge(before: number, after: Parts | undefined, itemsMax: number) {
    const items = await this.look.list(knowledge, [], { after, itemsMax })
    const found = items.map(({ parts, record }) => ({ parts, isOld: record.day < before }))
    return remains('knowledge', found, itemsMax)
  }
}

type Parts = readonly string[]

/** Records whose time is over, among some; and where to go on. */
export interface Remains {
  readonly of: 'incidents' | 'knowledge'
  readonly keys: readonly Parts[]
  readonly next: Parts | undefined
}

const remains = (
  of: Remains['of'],
  items: readonly { readonly parts: Parts; readonly isOld: boolean }[],
  itemsMax: number,
): Remains => ({
  of,
  keys: items.filter(({ isOld }) => isOld).map(({ parts }) => parts),
  next: items.length === itemsMax ? items.at(-1)?.parts : undefined,
})

const idForm = /^[0-9a-f]{12,14}-[0-9a-f]{16}$/

export class DetectionStore extends DetectionReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  putState(state: State): void {
    this.#attempt.put(states, ['state'], state)
  }

  /** Tells of an incident, if this attempt commits. */
  tell({ happening, filed, facts }: Telling): void {
    announce(this.#attempt, happening)
    noteIn(this.#attempt, filed, 'FindingRaised', facts)
  }

  put(incident: Incident): void {
    this.#attempt.put(incidents, [incident.account, incident.id], incident)
  }

  learn({ kind, account, digest }: Place, record: { readonly day: number } | undefined): void {
    const parts = [kind, account, digest]
    if (record) this.#attempt.put(knowledge, parts, record)
    else this.#attempt.remove(knowledge, ...parts)
  }

  /** Removes what was found to be over. */
  forget({ of, keys }: Remains): void {
    for (const key of keys) this.#attempt.remove(kinds[of], ...key)
  }
}

const kinds: Readonly<Record<Remains['of'], Collection<object>>> = { incidents, knowledge }
