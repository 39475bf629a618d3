/**
 * Which events a trail takes from now on.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
 */
import { mustBeAdvanced, mustBeSelectors } from './selectors.ts'
import { fault, operation } from './service.ts'
import { findTrail, mustBeHome } from './trail.ts'

export const putEventSelectors = operation('PutEventSelectors', {
  action: 'cloudtrail:PutEventSelectors',
  touches: (look, { TrailName }) => findTrail(look, TrailName),

  run(rooms, { EventSelectors: selectors, AdvancedEventSelectors: advanced }, trail) {
    mustBeHome(rooms, trail)
    if ((selectors === undefined) === (advanced === undefined)) {
      throw fault(
        'InvalidEventSelectorsException',
        'Specify either EventSelectors or AdvancedEventSelectors.',
      )
    }
    if (selectors) mustBeSelectors(selectors)
    if (advanced) mustBeAdvanced(advanced)
    rooms.trails.put(trail.shelf, { ...trail.record, selectors, advanced })
    return {
      TrailARN: trail.arn,
      EventSelectors: selectors,
      AdvancedEventSelectors: advanced,
    }
  },
})
