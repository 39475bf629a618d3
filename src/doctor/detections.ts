/** Whether anybody looks at the audit as it grows, and whether what was found was seen to. */
import { type Check, failure, warning, well } from './check.ts'

/** How detections stand. */
export interface Standing {
  readonly isOn: boolean
  readonly isFailing: boolean
  /** Alerts that nobody has acknowledged, and how many of them are critical. */
  readonly open: number
  readonly critical: number
}

export function checkDetections({ isOn, isFailing, open, critical }: Standing): Check {
  if (!isOn) return warning('detections', 'none run: serve without --no-detect all')
  if (isFailing) return failure('detections', 'they wait: the log of the server says what for')
  if (critical > 0) {
    const words = `${critical} of ${open} open alerts are critical: see what strongroom alerts --open says`
    return warning('detections', words)
  }
  return well('detections', `they run, ${open} alerts are open`)
}
