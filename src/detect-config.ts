/** Which detections run, and from where on something is too much: flags and variables, read and checked. */
import { readSpan } from './backup/schedule.ts'
import { type DetectionName, detectionNames } from './detections/detection.ts'
import type { Limits } from './detections/limits.ts'
import { Refusal } from './lib/fault.ts'

export interface DetectConfig {
  readonly names: readonly DetectionName[]
  readonly limits: Limits
}

export interface DetectFlags {
  readonly detect?: string
  readonly noDetect?: string
  readonly detectLearning?: string
  readonly detectDenials?: string
  readonly detectReads?: string
  readonly detectTimes?: string
}

export function detectFlagsIn(
  environment: Record<string, string | undefined>,
): Record<keyof DetectFlags, string | undefined> {
  const text = (name: string) => environment[`STRONGROOM_${name}`] || undefined
  return {
    detect: text('DETECT'),
    noDetect: text('NO_DETECT'),
    detectLearning: text('DETECT_LEARNING'),
    detectDenials: text('DETECT_DENIALS'),
    detectReads: text('DETECT_READS'),
    detectTimes: text('DETECT_TIMES'),
  }
}

/** Throws Refusal. */
export function readDetections(flags: DetectFlags): DetectConfig {
  const only = flags.detect === undefined ? detectionNames : readNames('--detect', flags.detect)
  const without = flags.noDetect === undefined ? [] : readNames('--no-detect', flags.noDetect)
  return {
    names: only.filter((name) => !without.includes(name)),
    limits: {
      learningMs: readSpan('--detect-learning', flags.detectLearning ?? '24h'),
      denials: readCount('--detect-denials', flags.detectDenials ?? '10', 1000),
      reads: readCount('--detect-reads', flags.detectReads ?? '300', 1_000_000),
      times: readCount('--detect-times', flags.detectTimes ?? '10', 1000),
    },
  }
}

function readNames(flag: string, text: string): readonly DetectionName[] {
  if (text === 'all') return detectionNames
  const names = text.split(',')
  const found = detectionNames.filter((name) => names.includes(name))
  const unknown = names.find((name) => !found.some((each) => each === name))
  if (unknown === undefined) return found
  throw new Refusal(`${flag} ${unknown} is not one of ${detectionNames.join(', ')} or all.`)
}

function readCount(flag: string, text: string, max: number): number {
  const count = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= max) return count
  throw new Refusal(`${flag} ${text} is not a number from 1 to ${max}.`)
}
