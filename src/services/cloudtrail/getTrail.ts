/**
 * One trail's settings.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html
 */
import { operation } from './service.ts'
import { findTrail, viewOf } from './trail.ts'

export const getTrail = operation('GetTrail', {
  action: 'cloudtrail:GetTrail',
  touches: (look, { Name }) => findTrail(look, Name),
  run: (_rooms, _input, trail) => ({ Trail: viewOf(trail) }),
})
