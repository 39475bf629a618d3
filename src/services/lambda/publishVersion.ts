/**
 * A numbered version of what `$LATEST` is now.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
 */
import { configurationOf } from './configuration.ts'
import { findFunction, mustBeRevision } from './function.ts'
import { notOffered } from './offered.ts'
import { fault, operation } from './service.ts'
import { publish } from './version.ts'

export const publishVersion = operation('PublishVersion', {
  action: 'lambda:PublishVersion',
  touches: (look, input) => findFunction(look, input),

  run(rooms, input, { shelf, record }) {
    if (input.PublishTo !== undefined) throw notOffered('PublishTo')
    mustBeRevision(input.RevisionId, record.latest.revisionId)
    const { sha256 } = record.latest.code
    if (input.CodeSha256 !== undefined && input.CodeSha256 !== sha256) {
      throw fault(
        'InvalidParameterValueException',
        `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). Please try again with the CodeSHA256 in $LATEST.`,
      )
    }
    const made = publish(rooms, shelf, record, input.Description)
    if (made.record !== record) rooms.functions.replace(shelf, made.record)
    return configurationOf(shelf, made.record, made.settings)
  },
})
