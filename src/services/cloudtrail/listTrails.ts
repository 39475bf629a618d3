/**
 * The account's trails, of all regions. A quota keeps them few: they are one page.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html
 */
import { anything } from '../operation.ts'
import { fault, operation } from './service.ts'
import { arnOf } from './trail.ts'

export const listTrails = operation('ListTrails', {
  action: 'cloudtrail:ListTrails',
  touches: ({ caller }) => anything(caller.account),

  async run({ trails, caller }, { NextToken }) {
    if (NextToken !== undefined) throw fault('UnsupportedOperationException', 'Invalid NextToken')
    const all = await trails.listOf(caller.account)
    return {
      Trails: all.map(({ shelf, record }) => ({
        TrailARN: arnOf(shelf, record.name),
        Name: record.name,
        HomeRegion: shelf.region,
      })),
    }
  },
})
