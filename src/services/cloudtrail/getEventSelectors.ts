/**
 * Which events a trail takes.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
 */
import { everything } from './selectors.ts'
import { operation } from './service.ts'
import { findTrail } from './trail.ts'

export const getEventSelectors = operation('GetEventSelectors', {
  action: 'cloudtrail:GetEventSelectors',
  touches: (look, { TrailName }) => findTrail(look, TrailName),

  run: (_rooms, _input, { arn, record: { selectors, advanced } }) => ({
    TrailARN: arn,
    ...(advanced
      ? { AdvancedEventSelectors: advanced }
      : { EventSelectors: selectors ?? everything }),
  }),
})
