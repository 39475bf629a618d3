/** Tables for people: columns as wide as what stands in them, no lines between. */
import { styleText } from 'node:util'
import { plain } from './print.ts'

/** The rows below their titles; titles are bold where standard output is a terminal that has it. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(plain))
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  )
  const print = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  const head = styleText('bold', print(titles), { stream: process.stdout })
  return [head, ...cells.map(print), ''].join('\n')
}
