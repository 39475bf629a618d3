/**
 * Removes a function with its versions, aliases, policies and code; or one version that no alias means.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
 */
import { allSettings, dropCode } from './code.ts'
import { forgetting } from './deployed.ts'
import { findTarget, type Target } from './function.ts'
import { arnOf, latest, versionIn } from './name.ts'
import { changePolicy } from './permission.ts'
import { fault, operation, type Rooms } from './service.ts'

export const deleteFunction = operation('DeleteFunction', {
  action: 'lambda:DeleteFunction',
  touches: (look, input) => findTarget(look, input),

  run(rooms, _input, target) {
    const { shelf, record, qualifier } = target
    if (qualifier === undefined) removeWhole(rooms, target)
    else removeVersion(rooms, target, qualifier)
    return forgetting(rooms, arnOf(shelf, record.name), { StatusCode: 204 })
  },
})

function removeWhole({ functions }: Rooms, { shelf, record }: Target): void {
  const settings = allSettings({ functions }, shelf, record)
  const codes = new Map(settings.map(({ code }) => [code.id, code]))
  for (const code of codes.values()) functions.removeCode(shelf, record, code)
  for (const version of record.versions) functions.removeVersion(shelf, record, version)
  for (const key of record.policies) functions.putPolicy(shelf, record, key, undefined)
  if (record.reserved !== undefined) {
    functions.setReserved(shelf, functions.reserved(shelf) - record.reserved)
  }
  functions.remove(shelf, record)
}

function removeVersion(rooms: Rooms, target: Target, qualifier: string): void {
  const { shelf, record, settings } = target
  const version = versionIn(qualifier)
  if (version === undefined) throw fault('InvalidParameterValueException', refusalOf(qualifier))
  if (record.aliases.some((alias) => alias.version === qualifier)) {
    throw fault('ResourceConflictException', 'An alias points to this version: delete it first.')
  }
  const left = changePolicy(rooms, shelf, record, qualifier, undefined)
  const versions = record.versions.filter((each) => each !== version)
  const eventConfigs = record.eventConfigs.filter((each) => each.qualifier !== qualifier)
  const changed = { ...left, versions, eventConfigs }
  rooms.functions.removeVersion(shelf, record, version)
  rooms.functions.replace(shelf, changed)
  dropCode(rooms, shelf, changed, settings.code)
}

const refusalOf = (qualifier: string): string =>
  qualifier === latest
    ? '$LATEST version cannot be deleted without deleting the function.'
    : 'Deletion of aliases is not currently supported.'
