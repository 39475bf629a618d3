/** CloudTrail: its table of operations and what they are given. */
import { cloudtrail as model } from '../../contract/generated/cloudtrail.ts'
import { type Service, tableOf } from '../operation.ts'
import { addTags } from './addTags.ts'
import { createTrail } from './createTrail.ts'
import { deleteTrail } from './deleteTrail.ts'
import { describeTrails } from './describeTrails.ts'
import { getEventSelectors } from './getEventSelectors.ts'
import { getInsightSelectors } from './getInsightSelectors.ts'
import { getTrail } from './getTrail.ts'
import { getTrailStatus } from './getTrailStatus.ts'
import { listPublicKeys } from './listPublicKeys.ts'
import { listTags } from './listTags.ts'
import { listTrails } from './listTrails.ts'
import { lookupEvents } from './lookupEvents.ts'
import { putEventSelectors } from './putEventSelectors.ts'
import { removeTags } from './removeTags.ts'
import type { Ports, Rooms } from './service.ts'
import { startLogging } from './startLogging.ts'
import { stopLogging } from './stopLogging.ts'
import { TrailStore } from './store.ts'
import { updateTrail } from './updateTrail.ts'

const operations = tableOf([
  addTags,
  createTrail,
  deleteTrail,
  describeTrails,
  getEventSelectors,
  getInsightSelectors,
  getTrail,
  getTrailStatus,
  listPublicKeys,
  listTags,
  listTrails,
  lookupEvents,
  putEventSelectors,
  removeTags,
  startLogging,
  stopLogging,
  updateTrail,
])

export const cloudtrail = (ports: Ports): Service => ({
  model,
  internalCode: 'InternalFailure',
  operations,
  rooms: ({ attempt, caller, region, draws, refusal }): Rooms => ({
    ...ports,
    ...{ attempt, caller, region, draws, refusal },
    trails: new TrailStore(attempt),
  }),
})
