/** A dashboard as operations see it: a name and a JSON body, kept and given back to the letter. */
import { formatArn, partitionOf } from '../../lib/arn.ts'
import { Absent, type Subject } from '../operation.ts'
import type { DashboardRecord } from './records.ts'
import { fault, type Look } from './service.ts'
import { tagContext } from './tags.ts'

export interface Dashboard extends Subject {
  readonly record: DashboardRecord
}

const nameForm = /^[A-Za-z0-9_-]{1,255}$/

/** Dashboards belong to no region. */
export const dashboardArn = ({ caller, region }: Look, name: string) =>
  formatArn({
    ...{ partition: partitionOf(region), service: 'cloudwatch', region: '' },
    ...{ account: caller.account, resource: `dashboard/${name}` },
  })

export function boardOf(look: Look, name: string): Dashboard | Subject {
  const { account } = look.caller
  const subject = { arn: dashboardArn(look, name), account, type: 'AWS::CloudWatch::Dashboard' }
  const record = nameForm.test(name) ? look.dashboards.find(account, name) : undefined
  return record ? { ...subject, record, context: tagContext(record.tags) } : subject
}

export const isDashboard = (subject: Subject): subject is Dashboard => 'record' in subject

/** The dashboard of that name, or its absence. */
export function findDashboard(look: Look, name: string): Dashboard | Absent {
  const subject = boardOf(look, name)
  if (isDashboard(subject)) return subject
  const { arn, account } = subject
  return new Absent({ arn, account, shown: arn }, absentDashboard(name))
}

export const absentDashboard = (name: string) =>
  fault('DashboardNotFoundError', `Dashboard ${name.slice(0, 255)} does not exist`)

/** Throws for a name that AWS does not take. */
export function mustBeBoardName(name: string): void {
  if (nameForm.test(name)) return
  throw fault(
    'InvalidParameterValueException',
    'The name of a dashboard must have from 1 to 255 letters, digits, - and _.',
  )
}
