/**
 * A new function, of a zip archive. Its deployer must be allowed to give it its role.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
import { randomUUID } from 'node:crypto'
import { readCode } from './code.ts'
import { configurationOf } from './configuration.ts'
import { functionType } from './function.ts'
import { arnOf, readNewName } from './name.ts'
import { mustBeOffered, mustBeOfferedCode } from './offered.ts'
import type { FunctionRecord } from './records.ts'
import { mustBePassable } from './role.ts'
import { fault, operation } from './service.ts'
import { newSettings } from './settings.ts'
import { askedContext, readTags } from './tags.ts'
import { publish } from './version.ts'

export const createFunction = operation('CreateFunction', {
  action: 'lambda:CreateFunction',

  touches(look, input) {
    const { shelf, name } = readNewName(look, input.FunctionName)
    const arn = arnOf(shelf, name)
    const context = askedContext(input.Tags)
    return { arn, account: shelf.account, shown: arn, type: functionType, context, shelf, name }
  },

  async run(rooms, input, { shelf, name }) {
    mustBeOffered(input, name)
    mustBeOfferedCode(input.Code)
    const tags = readTags(input.Tags)
    const { ZipFile } = input.Code
    if (!ZipFile) throw invalid('Please provide a source for function code.')
    const code = await readCode(rooms, shelf, ZipFile)
    const latest = newSettings(rooms, input, code)
    mustBePassable(rooms, shelf, name, input.Role)
    if (rooms.functions.find(shelf, name)) {
      throw fault('ResourceConflictException', `Function already exist: ${name}`)
    }
    const id = rooms.draws.draw('function id', () => randomUUID())
    const empty = { versions: [], lastVersion: 0, aliases: [], eventConfigs: [], policies: [] }
    const record: FunctionRecord = { name, id, latest, tags, ...empty }
    rooms.functions.addCode(shelf, record, code, ZipFile)
    const made = input.Publish ? publish(rooms, shelf, record) : { record, settings: latest }
    rooms.functions.add(shelf, made.record)
    return configurationOf(shelf, made.record, made.settings)
  },
})

const invalid = (words: string) => fault('InvalidParameterValueException', words)
