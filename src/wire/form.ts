/**
 * A form (`Action=CreateUser&Tags.member.1.Key=team`) as a tree of its dotted names. Strict where
 * leniency would let two readers see two requests: UTF-8 and percent escapes must be whole, no name
 * may come twice, and a name is either a value or a branch.
 *
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { Fault } from '../lib/fault.ts'

/** Names are outside text: a Map. An empty value at a branch is how clients write an empty list. */
export interface FormNode {
  text: string | undefined
  readonly branches: Map<string, FormNode>
}

const parametersMax = 5000
const depthMax = 32

/** Reads a form body or a query string. Throws SerializationException. */
export function parseForm(source: Uint8Array): FormNode {
  const root: FormNode = emptyNode()
  const pairs = utf8Text(source).split('&', parametersMax + 1)
  if (pairs.length > parametersMax) throw malformed(`more than ${parametersMax} parameters`)
  for (const pair of pairs) {
    if (pair === '') continue
    const end = pair.indexOf('=')
    const name = unescaped(end < 0 ? pair : pair.slice(0, end))
    setText(root, name, end < 0 ? '' : unescaped(pair.slice(end + 1)))
  }
  return root
}

const emptyNode = (): FormNode => ({ text: undefined, branches: new Map() })

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8Text(source: Uint8Array): string {
  try {
    return decoder.decode(source)
  } catch {
    throw malformed('not UTF-8')
  }
}

/** decodeURIComponent refuses broken escapes and escapes that are not UTF-8. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw malformed('a broken percent escape')
  }
}

function setText(root: FormNode, name: string, text: string): void {
  const steps = name.split('.', depthMax + 1)
  if (steps.length > depthMax) throw malformed(`a name of more than ${depthMax} parts`)
  let node = root
  for (const step of steps) node = branchOf(node, step)
  if (node.text !== undefined) throw malformed('a parameter that occurs twice')
  node.text = text
}

function branchOf(node: FormNode, step: string): FormNode {
  const known = node.branches.get(step)
  if (known) return known
  const branch = emptyNode()
  node.branches.set(step, branch)
  return branch
}

/** The words say what is wrong with the form, never what stands in it. */
const malformed = (what: string) => new Fault('SerializationException', `The request holds ${what}`)
