/** What can be tagged: alarms and dashboards, by their ARNs. */
import { parseArn } from '../../lib/arn.ts'
import { Absent } from '../operation.ts'
import { type Alarm, alarmArn, findAlarm } from './alarm.ts'
import { type Dashboard, dashboardArn, findDashboard } from './dashboard.ts'
import { hereOf } from './metric.ts'
import type { Tags } from './records.ts'
import { fault, type Look, type Rooms } from './service.ts'

export type Tagged = Alarm | Dashboard

/** What an ARN means. Throws for what is none of ours. */
export function findTagged(look: Look, arn: string): Tagged | Absent {
  const { resource = '' } = parseArn(arn) ?? {}
  const alarm = resource.startsWith('alarm:') ? resource.slice('alarm:'.length) : undefined
  const board = resource.startsWith('dashboard/') ? resource.slice('dashboard/'.length) : undefined
  if (alarm && alarmArn(hereOf(look), alarm) === arn) return told(findAlarm(look, alarm))
  if (board && dashboardArn(look, board) === arn) return told(findDashboard(look, board))
  throw fault('InvalidParameterValueException', 'ResourceARN names no alarm or dashboard of here.')
}

/** Operations of tags have a code of their own for what is not there. */
function told<T>(found: T | Absent): T | Absent {
  if (!(found instanceof Absent)) return found
  return new Absent(found, fault('ResourceNotFoundException', 'The resource does not exist.'))
}

/** Writes the tags of one. */
export function putTags({ alarms, dashboards, caller }: Rooms, tagged: Tagged, tags: Tags): void {
  if ('shelf' in tagged) alarms.put(tagged.shelf, { ...tagged.record, tags }, false)
  else dashboards.put(caller.account, { ...tagged.record, tags }, false)
}
