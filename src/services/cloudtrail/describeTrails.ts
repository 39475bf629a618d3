/**
 * The account's trails as this region sees them: those made here and, unless left out, those of other
 * regions that are for all. One that is asked for and is not there is left out without a word.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
 */
import { anything } from '../operation.ts'
import { operation } from './service.ts'
import { arnOf, trailOf, viewOf } from './trail.ts'

export const describeTrails = operation('DescribeTrails', {
  action: 'cloudtrail:DescribeTrails',
  touches: ({ caller }) => anything(caller.account),

  async run({ trails, caller, region }, { trailNameList = [], includeShadowTrails = true }) {
    const asked = new Set(trailNameList)
    const all = await trails.listOf(caller.account)
    const seen = all.filter(({ shelf, record }) => {
      const isHere = shelf.region === region
      if (!isHere && !(includeShadowTrails && record.isMultiRegion)) return false
      if (asked.size === 0 || asked.has(arnOf(shelf, record.name))) return true
      return isHere && asked.has(record.name)
    })
    return { trailList: seen.map(({ shelf, record }) => viewOf(trailOf(shelf, record))) }
  },
})
