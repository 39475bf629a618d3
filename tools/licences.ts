/** The licences of the packages that a bundle holds, as they ask to be passed on. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param chunks whose modules are given by their paths */
export function licencesOf(chunks: readonly { readonly moduleIds: readonly string[] }[]): string {
  const paths = chunks.flatMap(({ moduleIds }) => moduleIds.flatMap(packageOf))
  return [...new Set(paths)]
    .sort()
    .map(licenceOf)
    .join(`\n${'-'.repeat(80)}\n\n`)
}

/** The folder of the package that a module belongs to; none for a module of our own. */
function packageOf(path: string): string[] {
  const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
  return folder !== undefined && existsSync(join(folder, 'package.json')) ? [folder] : []
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = textsIn(folder)
  if (texts.length === 0) throw new Error(`${name} has no licence that could be passed on`)
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`
}

/** Files of their own, or else what the page of the package says at its end. */
function textsIn(folder: string): string[] {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const files = globSync('{[Ll]icen[cs]e,LICEN[CS]E,NOTICE}*', { cwd: folder }).sort()
  if (files.length > 0) return files.map((file) => read(file).trim())
  const [text] = /^#+ licen[cs]e.*/ims.exec(read('README.md')) ?? []
  return text === undefined ? [] : [text.trim()]
}
