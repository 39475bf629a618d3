/** The collections of Parameter Store and the questions that its operations ask of them. */
import type { Attempt, ListOptions, Look } from '../../store/attempt.ts'
import { collection } from '../../store/collection.ts'
import {
  type Duty,
  keyName,
  type ParameterRecord,
  type Shelf,
  type VersionRecord,
} from './records.ts'
import { announceChange, announceDuty, announceRemoval } from './stores/happenings.ts'

interface Pointer {
  readonly name: string
}

/** By name, so that a hierarchy stands together; see keyName. */
const parameters = collection<ParameterRecord>('parameters')
const versions = collection<VersionRecord>('parameter-versions')
/** What policies want done, by its instant. */
const duties = collection<Pointer>('parameter-duties')
const parametersCount = 'parameters-count'

/** A parameter that something is due for. */
export interface Due {
  readonly shelf: Shelf
  readonly name: string
}

export class ParameterReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  find({ account, region }: Shelf, name: string): ParameterRecord | undefined {
    return this.look.get(parameters, account, region, keyName(name))
  }

  findVersion(
    { account, region }: Shelf,
    name: string,
    version: number,
  ): VersionRecord | undefined {
    return this.look.get(versions, account, region, keyName(name), version)
  }

  /** Versions from the oldest on. */
  async listVersions(
    { account, region }: Shelf,
    name: string,
    options: { readonly after?: number | undefined; readonly itemsMax: number },
  ): Promise<VersionRecord[]> {
    const { after, itemsMax } = options
    const place = [account, region, keyName(name)]
    const from = after === undefined ? undefined : [after]
    const items = await this.look.list(versions, place, { after: from, itemsMax })
    return items.map(({ record }) => record)
  }

  /** Parameters in the order of their names, which begin with `options.prefix`. */
  async list({ account, region }: Shelf, options: ListOptions): Promise<ParameterRecord[]> {
    const items = await this.look.list(parameters, [account, region], options)
    return items.map(({ record }) => record)
  }

  /** The earliest duties that were due by then. */
  async due(at: number, itemsMax: number): Promise<Due[]> {
    const items = await this.look.list(duties, [], { itemsMax })
    const ended = items.filter(({ parts }) => Number(parts[0]) <= at)
    return ended.map(({ parts: [, account, region], record: { name } }) => ({
      shelf: { account, region } as Shelf,
      name,
    }))
  }

  /** About how many parameters stand on a shelf. */
  count({ account, region }: Shelf): Promise<number> {
    return this.look.counted(parametersCount, account, region)
  }
}

export class ParameterStore extends ParameterReader {
  readonly #attempt: Attempt
  readonly #at: number

  /** @param at the instant that changes are told with */
  constructor(attempt: Attempt, at: number) {
    super(attempt)
    this.#attempt = attempt
    this.#at = at
  }

  /** Writes a parameter, in place of what it was before if it was there. */
  put(shelf: Shelf, before: ParameterRecord | undefined, parameter: ParameterRecord): void {
    const { account, region } = shelf
    if (before) this.#dropDuties(shelf, before)
    else this.#attempt.count(1, parametersCount, account, region)
    announceChange(this.#attempt, shelf, before, parameter, this.#at)
    const key = keyName(parameter.name)
    this.#attempt.put(parameters, [account, region, key], parameter)
    for (const { at, type } of parameter.duties) {
      this.#attempt.put(duties, [at, account, region, key, type], { name: parameter.name })
    }
  }

  addVersion({ account, region }: Shelf, name: string, version: VersionRecord): void {
    this.#attempt.put(versions, [account, region, keyName(name), version.version], version)
  }

  dropVersion({ account, region }: Shelf, name: string, version: number): void {
    this.#attempt.remove(versions, account, region, keyName(name), version)
  }

  /** Removes a parameter and every one of its versions. */
  remove(shelf: Shelf, parameter: ParameterRecord): void {
    const { account, region } = shelf
    const { name, oldest, version: newest } = parameter
    for (let version = oldest; version <= newest; version++) {
      this.dropVersion(shelf, name, version)
    }
    this.#dropDuties(shelf, parameter)
    this.#attempt.remove(parameters, account, region, keyName(name))
    this.#attempt.count(-1, parametersCount, account, region)
    announceRemoval(this.#attempt, shelf, parameter, this.#at)
  }

  /** What a policy wanted is done: rules are told of it. */
  noteDone(shelf: Shelf, parameter: ParameterRecord, duty: Duty): void {
    announceDuty(this.#attempt, shelf, parameter, duty, this.#at)
  }

  #dropDuties({ account, region }: Shelf, parameter: ParameterRecord): void {
    for (const { at, type } of parameter.duties) {
      this.#attempt.remove(duties, at, account, region, keyName(parameter.name), type)
    }
  }
}
