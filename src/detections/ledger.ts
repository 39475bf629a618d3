/**
 * Folds findings into incidents: those of one detection about the same principal and thing are one
 * incident, until its time is over or somebody has acknowledged it. So many new ones a day are told one
 * by one; whatever comes beyond is one more, so that nobody can bury a finding under thousands.
 */
import { dayOf, hourMs } from '../lib/clock.ts'
import type { DetectionName, Finding } from './detection.ts'
import { type Incident, incidentOf, withFinding } from './incident.ts'
import type { Memory } from './memory.ts'

const foldMsUsual = hourMs
const incidentsPerDayMax = 100

/** Finds an incident that was written. */
export type Find = (account: string, id: string) => Promise<Incident | undefined>

export interface Entry {
  readonly incident: Incident
  readonly isNew: boolean
}

interface Made {
  readonly day: number
  readonly count: number
}

export class Ledger {
  readonly #memory: Memory
  readonly #find: Find
  readonly #unwritten = new Map<string, Entry>()
  /** How many of each kind an account has had today. */
  readonly #made = new Map<string, Made>()

  constructor(memory: Memory, find: Find) {
    this.#memory = memory
    this.#find = find
  }

  /** Incidents that were begun or have grown and stand in no store yet. */
  get unwritten(): readonly Entry[] {
    return [...this.#unwritten.values()]
  }

  /** Whether somebody must be told. */
  get hasNews(): boolean {
    return this.unwritten.some(({ isNew }) => isNew)
  }

  written(): void {
    this.#unwritten.clear()
  }

  async take(name: DetectionName, finding: Finding): Promise<void> {
    const { principal = '', resource = '', apart = '' } = finding
    const about = [name, principal, resource, apart].join('\n')
    if (await this.#fold(about, finding)) return
    if (this.#isCrowded(name, finding)) return this.#takeCrowd(name, finding)
    this.#begin(name, about, finding)
  }

  async #takeCrowd(name: DetectionName, finding: Finding): Promise<void> {
    const { principal: _, resource: __, ...bare } = finding
    const about = `${name}\ncrowd\n${dayOf(finding.at)}`
    if (await this.#fold(about, finding)) return
    const words = `more than ${incidentsPerDayMax} of these today; the audit has each of them`
    this.#begin(name, about, { ...bare, words })
  }

  /** True if there was an incident to fold it into. */
  async #fold(about: string, finding: Finding): Promise<boolean> {
    const { account, at, foldMs = foldMsUsual } = finding
    const fold = await this.#memory.get('fold', account, about)
    if (!fold || at >= fold.from + foldMs) return false
    const unwritten = this.#unwritten.get(fold.id)
    const incident = unwritten?.incident ?? (await this.#find(account, fold.id))
    if (!incident || incident.acknowledged) return false
    const isNew = unwritten?.isNew ?? false
    this.#unwritten.set(fold.id, { incident: withFinding(incident, finding), isNew })
    return true
  }

  #begin(name: DetectionName, about: string, finding: Finding): void {
    const incident = incidentOf(name, about, finding)
    const { id, account, firstAt } = incident
    this.#unwritten.set(id, { incident, isNew: true })
    this.#memory.set('fold', account, about, { day: dayOf(firstAt), id, from: firstAt })
    const { day, count } = this.#madeBy(name, finding)
    this.#made.set(`${name}\n${account}`, { day, count: count + 1 })
  }

  #isCrowded(name: DetectionName, finding: Finding): boolean {
    return this.#madeBy(name, finding).count >= incidentsPerDayMax
  }

  #madeBy(name: DetectionName, { account, at }: Finding): Made {
    const day = dayOf(at)
    const made = this.#made.get(`${name}\n${account}`)
    return made?.day === day ? made : { day, count: 0 }
  }
}
