/**
 * A policy text, read into a checked document. `parsePolicy` is the door for a text that somebody
 * hands in and adds the rules of `grammar.ts`; `readPolicy` is for what is stored already: it leaves
 * what it cannot understand to the evaluation, where it makes a Deny apply and an Allow not.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { type Json, JsonError, parseJson } from '../lib/json.ts'
import { PolicyError } from './error.ts'
import { mustBeGrammatical } from './grammar.ts'
import {
  elementsIn,
  listOf,
  optionalText,
  type PolicyDocument,
  type PolicyKind,
  readStatement,
  syntaxWords,
} from './statement.ts'

export type { PolicyDocument, PolicyKind, PolicyVersion } from './statement.ts'

/** Reads and checks a text for storing. Throws PolicyError. */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument {
  const document = readPolicy(text, kind)
  mustBeGrammatical(document, text)
  return document
}

const textCharsMax = 131_072 // what the contracts let through at most; the grammar knows each kind's
const statementsMax = 1_000
const valuesMax = 4_000

/** Reads a text that was accepted before. Throws PolicyError for what no evaluation could mend. */
export function readPolicy(text: string, kind: PolicyKind): PolicyDocument {
  if (text.length > textCharsMax) throw new PolicyError('size', 'The policy is too large.')
  const root = elementsIn(jsonOf(text), documentKeys)
  const version = root.Version === undefined ? '2008-10-17' : root.Version
  if (version !== '2008-10-17' && version !== '2012-10-17') {
    throw new PolicyError('version', 'The policy must contain a valid version string')
  }
  const statements = listOf(root.Statement)
  if (statements.length === 0) throw new PolicyError('shape', syntaxWords)
  if (statements.length > statementsMax) throw new PolicyError('size', 'Too many statements.')
  const document: PolicyDocument = {
    kind,
    version,
    id: optionalText(root.Id, 'shape'),
    statements: statements.map((statement, at) =>
      located(at, () => readStatement(statement, kind)),
    ),
  }
  if (valuesCount(document) > valuesMax) throw new PolicyError('size', 'Too many values.')
  return document
}

function jsonOf(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new PolicyError('json', 'This policy contains invalid Json')
  }
}

/** Gives an error of a statement the statement's number. */
function located<T>(statement: number, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    throw new PolicyError(error.reason, error.message, statement)
  }
}

const documentKeys = new Set(['Version', 'Id', 'Statement'])
function valuesCount(document: PolicyDocument): number {
  return document.statements.reduce((sum, { actions, resources, principals, conditions }) => {
    const inConditions = conditions.reduce((count, { values }) => count + values.length, 0)
    const inPrincipals = principals?.entries.length ?? 0
    return (
      sum + actions.values.length + (resources?.values.length ?? 0) + inPrincipals + inConditions
    )
  }, 0)
}
