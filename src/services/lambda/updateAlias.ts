/**
 * Has an alias mean another version, or describes it otherwise.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
 */
import { randomUUID } from 'node:crypto'
import { findAlias, mustBeUnrouted, mustHaveVersion, printAlias } from './alias.ts'
import { mustBeRevision } from './function.ts'
import { operation } from './service.ts'

export const updateAlias = operation('UpdateAlias', {
  action: 'lambda:UpdateAlias',
  touches: (look, input) => findAlias(look, input),

  run({ functions, draws }, input, { shelf, record, alias }) {
    mustBeUnrouted(input.RoutingConfig)
    mustBeRevision(input.RevisionId, alias.revisionId)
    const version = input.FunctionVersion ?? alias.version
    mustHaveVersion(functions, shelf, record, version)
    const changed = {
      ...alias,
      version,
      description: input.Description ?? alias.description,
      revisionId: draws.draw('alias revision id', () => randomUUID()),
    }
    const aliases = record.aliases.map((each) => (each === alias ? changed : each))
    functions.replace(shelf, { ...record, aliases })
    return printAlias(shelf, record.name, changed)
  },
})
