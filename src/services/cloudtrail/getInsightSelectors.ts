/**
 * Nobody detects insights here: each trail answers as one on which they were not enabled.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html
 */
import { fault, operation } from './service.ts'
import { findTrail } from './trail.ts'

export const getInsightSelectors = operation('GetInsightSelectors', {
  action: 'cloudtrail:GetInsightSelectors',

  touches(look, { TrailName }) {
    if (TrailName !== undefined) return findTrail(look, TrailName)
    throw fault('InvalidParameterException', 'TrailName is required.')
  },

  run(_rooms, _input, { record }) {
    throw fault(
      'InsightNotEnabledException',
      `Trail ${record.name} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.`,
    )
  },
})
