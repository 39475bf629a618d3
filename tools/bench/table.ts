/** The table in docs/speed.md: everything between the markers is a run's, the rest is written by hand. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { goalOf, type Result, type Run, shown } from './result.ts'

const [begins, ends] = ['<!-- bench:begin -->', '<!-- bench:end -->']

/** Puts the run's table into the page. Throws if the page has no place for it. */
export function putTable(path: string, run: Run): void {
  const page = existsSync(path) ? readFileSync(path, 'utf8') : `# Speed\n\n${begins}\n${ends}\n`
  const [from, to] = [page.indexOf(begins), page.indexOf(ends)]
  if (from < 0 || to < from) throw new Error(`${path} has no place between ${begins} and ${ends}`)
  const text = `${begins}\n${tableOf(run)}${ends}`
  writeFileSync(path, page.slice(0, from) + text + page.slice(to + ends.length))
}

export function tableOf({ machine, words, results }: Run): string {
  return `\nWritten by \`npm run bench${words && ` -- ${words}`}\` on ${machine}.\n\n${results.map(partOf).join('\n')}\n`
}

function partOf({ measure, about, figures, skipped }: Result): string {
  const title = `**${measure}**: ${about}.\n`
  if (skipped !== undefined) return `${title}\nSkipped: ${skipped}.\n`
  const rows = figures.map((figure) => {
    const { middle, around } = shown(figure)
    return `| ${figure.name} | ${middle} | ${around} | ${goalOf(figure)} |`
  })
  return `${title}\n| | median | spread | goal |\n| --- | ---: | ---: | --- |\n${rows.join('\n')}\n`
}
