/**
 * Asks for a report on which services were last used when. There is one job for each thing that is reported
 * on; the report is made when it is read.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
 */
import { createHash } from 'node:crypto'
import { fault, operation } from '../service.ts'
import { findReportable } from './audience.ts'

export const generateServiceLastAccessedDetails = operation('GenerateServiceLastAccessedDetails', {
  action: 'iam:GenerateServiceLastAccessedDetails',
  touches: (look, { Arn }) => findReportable(look, Arn),

  run({ identities, caller: { account }, draws }, { Arn, Granularity }, { record }) {
    if (Granularity === 'ACTION_LEVEL') {
      throw fault('InvalidInput', 'Granularity ACTION_LEVEL is not supported here.')
    }
    const JobId = jobIdOf(account, record.id)
    identities.putAccessJob(account, JobId, { arn: Arn, createdAt: draws.at })
    return { JobId }
  },
})

/** In the form of a UUID, and the same each time: jobs do not pile up. */
function jobIdOf(account: string, id: string): string {
  const hex = createHash('sha256').update(`${account}/${id}`).digest('hex')
  const cuts = [0, 8, 12, 16, 20, 32]
  return cuts
    .slice(1)
    .map((end, at) => hex.slice(cuts[at], end))
    .join('-')
}
