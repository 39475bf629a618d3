/** The condition keys that policies ask for, in conditions and as variables. */
import type { PolicyDocument } from '../../../policy/document.ts'
import { foldAscii } from '../../../policy/fold.ts'

/** Names as the policies write them, each once whatever its case, sorted. */
export function keysOf(documents: readonly PolicyDocument[]): string[] {
  const names = new Map<string, string>()
  for (const name of documents.flatMap(namesIn)) {
    const key = foldAscii(name)
    if (!names.has(key)) names.set(key, name)
  }
  return [...names.values()].sort()
}

const namesIn = ({ statements, version }: PolicyDocument): string[] =>
  statements.flatMap(({ conditions, resources }) => {
    const values = [...(resources?.values ?? []), ...conditions.flatMap((each) => each.values)]
    const variables = version === '2012-10-17' ? values.flatMap(variablesIn) : []
    return [...conditions.map(({ key }) => key), ...variables]
  })

/** `${aws:username}` and `${aws:PrincipalTag/team, 'none'}`; `${*}` and its like are escapes. */
const variablesIn = (text: string): string[] =>
  [...text.matchAll(/\$\{\s*([^*?$},'\s][^},']*?)\s*[,}]/g)].map(([, name = '']) => name)
