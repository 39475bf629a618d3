/**
 * What a target gets: the event, a part of it, a text of its own, or a template filled with parts.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
import { ruleArn } from './arns.ts'
import { valueAt } from './path.ts'
import type { Envelope, Lane, TargetRecord, Transformer } from './records.ts'

/** An event that a rule took. */
export interface Taken {
  readonly event: Envelope
  readonly lane: Lane
  readonly takenAt: number
}

/** The text for the target. */
export function inputFor(target: TargetRecord, taken: Taken): string {
  if (target.input !== undefined) return target.input
  if (target.transformer) return filled(target.transformer, taken)
  if (target.inputPath === undefined) return JSON.stringify(taken.event)
  return JSON.stringify(valueAt(taken.event, target.inputPath) ?? {})
}

const reserved: Readonly<Record<string, (taken: Taken) => unknown>> = {
  'aws.events.rule-arn': ({ lane: { bus, rule, ...shelf } }) => ruleArn(shelf, bus, rule),
  'aws.events.rule-name': ({ lane }) => lane.rule,
  'aws.events.event.ingestion-time': ({ takenAt }) => new Date(takenAt).toISOString(),
  'aws.events.event': ({ event: { detail: _detail, 'detail-type': detailType, ...rest } }) => ({
    ...rest,
    detailType,
  }),
  'aws.events.event.json': ({ event }) => event,
}

const placeholder = /<([\w.-]+)>/y

/** The names in a template that neither its paths nor the house know. */
export function unknownIn({ paths, template }: Transformer): string | undefined {
  const names = [...template.matchAll(/<([\w.-]+)>/g)].map(([, name = '']) => name)
  return names.find((name) => !Object.hasOwn(paths, name) && !Object.hasOwn(reserved, name))
}

function filled({ paths, template }: Transformer, taken: Taken): string {
  let text = ''
  let isQuoted = false
  for (let at = 0; at < template.length; at++) {
    const char = template.charAt(at)
    placeholder.lastIndex = at
    const [whole, name] = char === '<' ? (placeholder.exec(template) ?? []) : []
    if (whole !== undefined && name !== undefined) {
      text += printed(partNamed(name, paths, taken), isQuoted)
      at += whole.length - 1
    } else if (char === '\\' && isQuoted) {
      text += template.slice(at, at + 2)
      at++
    } else {
      if (char === '"') isQuoted = !isQuoted
      text += char
    }
  }
  return text
}

function partNamed(name: string, paths: Transformer['paths'], taken: Taken): unknown {
  const own = Object.hasOwn(paths, name) ? paths[name] : undefined
  if (own !== undefined) return valueAt(taken.event, own)
  return Object.hasOwn(reserved, name) ? reserved[name]?.(taken) : undefined
}

/** Inside a text, what is no text stands without quotes of its own, as AWS has it. */
function printed(value: unknown, isQuoted: boolean): string {
  if (!isQuoted) return JSON.stringify(value ?? '')
  if (value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '')
  return JSON.stringify(text).slice(1, -1)
}
