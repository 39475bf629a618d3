/** Every detection, by its name. */
import type { DetectionName, Detector } from '../detection.ts'
import { canary } from './canary.ts'
import { denials } from './denials.ts'
import { exposure } from './exposure.ts'
import { newReader } from './new-reader.ts'
import { pendingDeletion } from './pending-deletion.ts'
import { readRate } from './read-rate.ts'
import { root } from './root.ts'
import { rotationOverdue } from './rotation-overdue.ts'

export const detectors: Readonly<Record<DetectionName, Detector>> = {
  ...{ canary, denials, exposure, root },
  'new-reader': newReader,
  'read-rate': readRate,
  'pending-deletion': pendingDeletion,
  'rotation-overdue': rotationOverdue,
}
