/**
 * A name for a version of a function.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
 */
import { randomUUID } from 'node:crypto'
import { Absent } from '../operation.ts'
import {
  aliasesMax,
  mustBeAliasName,
  mustBeUnrouted,
  mustHaveVersion,
  printAlias,
} from './alias.ts'
import { findFunction } from './function.ts'
import { arnOf } from './name.ts'
import { fault, operation } from './service.ts'

export const createAlias = operation('CreateAlias', {
  action: 'lambda:CreateAlias',

  touches(look, input) {
    mustBeAliasName(input.Name)
    const found = findFunction(look, input)
    if (found instanceof Absent) return found
    const arn = arnOf(found.shelf, found.record.name, input.Name)
    return { ...found, arn, shown: arn }
  },

  run({ functions, draws }, input, { shelf, record, arn }) {
    mustBeUnrouted(input.RoutingConfig)
    if (record.aliases.some(({ name }) => name === input.Name)) {
      throw fault('ResourceConflictException', `Alias already exists: ${arn}`)
    }
    if (record.aliases.length >= aliasesMax) {
      throw fault('InvalidParameterValueException', `A function has at most ${aliasesMax} aliases.`)
    }
    mustHaveVersion(functions, shelf, record, input.FunctionVersion)
    const alias = {
      name: input.Name,
      version: input.FunctionVersion,
      description: input.Description ?? '',
      revisionId: draws.draw('alias revision id', () => randomUUID()),
    }
    functions.replace(shelf, { ...record, aliases: [...record.aliases, alias] })
    return printAlias(shelf, record.name, alias)
  },
})
