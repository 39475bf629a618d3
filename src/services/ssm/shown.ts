/** A parameter with its value, as GetParameter and its kin answer. */
import { arnOf } from './name.ts'
import type { Parameter } from './parameter.ts'
import type { ParameterRecord, Shelf, VersionRecord } from './records.ts'
import type { Rooms } from './service.ts'
import { chooseVersion, textIn } from './version.ts'

/** The version that was asked for. Throws ParameterVersionNotFound. */
export function shownParameter(
  rooms: Rooms,
  parameter: Parameter,
  isDecrypted: boolean | undefined,
) {
  const version = chooseVersion(rooms, parameter)
  const { shelf, record, selector } = parameter
  const shown = shownVersion(rooms, shelf, record, version, isDecrypted)
  return { ...shown, ...(selector !== undefined && { Selector: selector }) }
}

export function shownVersion(
  rooms: Rooms,
  shelf: Shelf,
  { name }: ParameterRecord,
  version: VersionRecord,
  isDecrypted: boolean | undefined,
) {
  const arn = arnOf(shelf, name)
  return {
    Name: name,
    Type: version.type,
    Value: textIn(rooms, { arn, shelf }, version, isDecrypted),
    Version: version.version,
    LastModifiedDate: version.changedAt,
    ARN: arn,
    DataType: version.dataType,
  }
}
