/**
 * A report that was asked for, as things are now. Stamps are to the quarter of an hour.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
 */
import { Absent, anything } from '../../operation.ts'
import { pageOfList } from '../page.ts'
import { fault, operation } from '../service.ts'
import { audienceOf, findReportable } from './audience.ts'
import { reportOf } from './report.ts'

export const getServiceLastAccessedDetails = operation('GetServiceLastAccessedDetails', {
  action: 'iam:GetServiceLastAccessedDetails',
  touches: ({ caller: { account } }) => anything(account),

  async run(rooms, input) {
    const { identities, caller, draws } = rooms
    const job = identities.findAccessJob(caller.account, input.JobId)
    if (!job) throw fault('NoSuchEntity', `The job with id ${input.JobId} cannot be found.`)
    const found = findReportable(rooms, job.arn)
    if (found instanceof Absent) throw found.fault
    const people = await audienceOf(identities, caller.account, found.record)
    const rows = await reportOf(identities, found.record, people)
    const { page, rest } = pageOfList(rows, input, ({ ServiceNamespace }) => ServiceNamespace)
    return {
      JobStatus: 'COMPLETED',
      JobType: 'SERVICE_LEVEL',
      JobCreationDate: job.createdAt,
      JobCompletionDate: draws.at,
      ServicesLastAccessed: page,
      ...rest,
    }
  },
})
