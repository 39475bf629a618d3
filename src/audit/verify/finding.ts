/** What an examination of the audit found wrong: where, when, what. */
export interface Finding {
  /** The first and last batch that it concerns. */
  readonly first?: number
  readonly last?: number
  /** The time of the last commit before it that is as it was written, in milliseconds. */
  readonly after?: number | undefined
  /** The file that it concerns, where it is one of the folder's. */
  readonly file?: string
  readonly what: string
}

/** More of them would say no more. */
export const findingsMax = 100

export class Findings {
  readonly all: Finding[] = []
  /** There were more than are told. */
  isCut = false

  add(finding: Finding): void {
    if (this.all.length < findingsMax) this.all.push(finding)
    else this.isCut = true
  }
}

/** One finding as a line. */
export function printFinding({ first, last, after, file, what }: Finding): string {
  const batches = first === undefined ? '' : `${first === last ? 'batch' : 'batches'} ${first}`
  const range = batches === '' || first === last ? batches : `${batches} to ${last}`
  const time = after === undefined ? '' : `, after ${new Date(after).toISOString()}`
  const where = file === undefined ? '' : ` (${file})`
  return `${range === '' ? 'the store' : range}${time}: ${what}${where}`
}
