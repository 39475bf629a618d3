/** A version of a function as whoever runs it takes it; the room that does has a seam of the same shape. */
import type { See } from '../operation.ts'
import { arnOf } from './name.ts'
import type { FunctionRecord, Settings, Shelf } from './records.ts'
import type { Deployed, Rooms } from './service.ts'
import { FunctionReader } from './store.ts'

/** @param see reads the code when it is asked for: the attempt at hand may be over by then */
export function deployedOf(
  see: See,
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
    code: async () => see((look) => new FunctionReader(look).readCode(shelf, record, code)),
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
