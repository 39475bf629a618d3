/**
 * Other code for `$LATEST`. Versions that were published keep theirs.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
 */
import { dropCode, readCode } from './code.ts'
import { configurationOf } from './configuration.ts'
import { forgetting } from './deployed.ts'
import { findFunction, mustBeRevision } from './function.ts'
import { mustBeOfferedCode } from './offered.ts'
import { fault, operation } from './service.ts'
import { stamp } from './settings.ts'
import { publish } from './version.ts'

export const updateFunctionCode = operation('UpdateFunctionCode', {
  action: 'lambda:UpdateFunctionCode',
  touches: (look, input) => findFunction(look, input),

  async run(rooms, input, { shelf, record, arn }) {
    const { functions } = rooms
    mustBeOfferedCode(input)
    if (!input.ZipFile) {
      const words = 'Please provide a source for function code.'
      throw fault('InvalidParameterValueException', words)
    }
    mustBeRevision(input.RevisionId, record.latest.revisionId)
    const read = await readCode(rooms, shelf, input.ZipFile)
    const before = record.latest.code
    const code = read.sha256 === before.sha256 ? before : read
    const architecture = input.Architectures?.[0] ?? record.latest.architecture
    const latest = { ...record.latest, code, architecture, ...stamp(rooms) }
    if (input.DryRun) return configurationOf(shelf, record, latest)

    const changed = { ...record, latest }
    if (code !== before) {
      functions.addCode(shelf, record, code, input.ZipFile)
      dropCode(rooms, shelf, changed, before)
    }
    const made = input.Publish
      ? publish(rooms, shelf, changed)
      : { record: changed, settings: latest }
    functions.replace(shelf, made.record)
    return forgetting(rooms, arn, configurationOf(shelf, made.record, made.settings))
  },
})
