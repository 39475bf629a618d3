/** A version of a function as whoever runs it takes it; the room that does has a seam of the same shape. */
import { arnOf } from './name.ts'
import type { FunctionRecord, Settings, Shelf } from './records.ts'
import type { Deployed, Rooms } from './service.ts'
import type { FunctionReader } from './store.ts'

/** @param reader reads the code when it is asked for: of an attempt that may be over by then */
export function deployedOf(
  reader: () => FunctionReader,
  shelf: Shelf,
  record: FunctionRecord,
  settings: Settings,
): Deployed {
  const { version, runtime, handler, timeoutSeconds, memoryMegabytes, roleArn, code } = settings
  const environment: Record<string, string> = Object.create(null)
  for (const { name, value } of settings.environment) environment[name] = value
  return {
    arn: arnOf(shelf, record.name),
    ...shelf,
    name: record.name,
    ...{ version, runtime, handler, timeoutSeconds, memoryMegabytes, roleArn, environment },
    codeSha256: code.sha256,
    revisionId: settings.revisionId,
    ...(record.reserved !== undefined && { reservedConcurrency: record.reserved }),
    code: () => reader().readCode(shelf, record, code),
  }
}

/** Answers once the change has committed, and what was ready to run of the function before is dropped. */
export function forgetting<Output extends object>(
  { afterwards, runners }: Rooms,
  arn: string,
  output: Output,
): Output {
  afterwards(async () => {
    runners.forget(arn)
    return output
  })
  return output
}
