/**
 * Which events a trail takes: management events only, since the house records no others.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
import type {
  AdvancedEventSelector,
  AdvancedFieldSelector,
  EventSelector,
} from '../../contract/generated/cloudtrail.ts'
import type { PlacedTrail } from './records.ts'
import { fault } from './service.ts'

/** A record, as far as trails choose by it. */
export interface Choosable {
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly recipientAccountId: string
  readonly readOnly?: boolean
  readonly userIdentity: { readonly arn?: string }
}

/** What a trail takes that was told nothing. */
export const everything: readonly EventSelector[] = [
  {
    ReadWriteType: 'All',
    IncludeManagementEvents: true,
    DataResources: [],
    ExcludeManagementEventSources: [],
  },
]

const globalSources: ReadonlySet<string> = new Set(['iam.amazonaws.com', 'sts.amazonaws.com'])

/** Whether a trail takes a record. */
export function takes({ shelf, record: trail }: PlacedTrail, event: Choosable): boolean {
  if (event.recipientAccountId !== shelf.account) return false
  const isGlobal = trail.takesGlobal && globalSources.has(event.eventSource)
  if (!trail.isMultiRegion && event.awsRegion !== shelf.region && !isGlobal) return false
  if (trail.advanced) return trail.advanced.some((selector) => isChosen(selector, event))
  return (trail.selectors ?? everything).some((selector) => isTaken(selector, event))
}

function isTaken(selector: EventSelector, { readOnly = false, eventSource }: Choosable): boolean {
  const { ReadWriteType = 'All', ExcludeManagementEventSources = [] } = selector
  if (ExcludeManagementEventSources.includes(eventSource)) return false
  return ReadWriteType === 'All' || (ReadWriteType === 'ReadOnly') === readOnly
}

const fields: ReadonlyMap<string, (event: Choosable) => string> = new Map([
  ['eventCategory', () => 'Management'],
  ['readOnly', ({ readOnly = false }: Choosable) => String(readOnly)],
  ['eventSource', ({ eventSource }: Choosable) => eventSource],
  ['eventName', ({ eventName }: Choosable) => eventName],
  ['userIdentity.arn', ({ userIdentity }: Choosable) => userIdentity.arn ?? ''],
])

const isChosen = ({ FieldSelectors }: AdvancedEventSelector, event: Choosable): boolean =>
  FieldSelectors.every((selector) => {
    const value = fields.get(selector.Field)?.(event)
    return value !== undefined && fits(selector, value)
  })

/** All operators of a field must hold; of their values any, for those that begin with Not none. */
function fits(selector: AdvancedFieldSelector, value: string): boolean {
  const { Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith } = selector
  const starts = (each: string) => value.startsWith(each)
  const ends = (each: string) => value.endsWith(each)
  return (
    (!Equals || Equals.includes(value)) &&
    (!StartsWith || StartsWith.some(starts)) &&
    (!EndsWith || EndsWith.some(ends)) &&
    !NotEquals?.includes(value) &&
    !NotStartsWith?.some(starts) &&
    !NotEndsWith?.some(ends)
  )
}

const selectorsMax = 5

/** Throws for selectors that would choose what is not recorded here, or nothing at all. */
export function mustBeSelectors(selectors: readonly EventSelector[]): void {
  if (selectors.length === 0 || selectors.length > selectorsMax) {
    throw wrong(`A trail has from 1 to ${selectorsMax} event selectors.`)
  }
  for (const { IncludeManagementEvents = true, DataResources = [] } of selectors) {
    if (DataResources.length > 0) {
      throw wrong('Data events are not recorded here; leave DataResources empty.')
    }
    if (!IncludeManagementEvents) {
      throw wrong('An event selector without management events would take nothing here.')
    }
  }
}

/** The same for advanced ones. */
export function mustBeAdvanced(selectors: readonly AdvancedEventSelector[]): void {
  if (selectors.length === 0) throw wrong('There must be an advanced event selector.')
  for (const { FieldSelectors } of selectors) {
    const category = FieldSelectors.find(({ Field }) => Field === 'eventCategory')
    if (category?.Equals?.join() !== 'Management') {
      throw wrong('Only events of eventCategory Management are recorded here.')
    }
    const unknown = FieldSelectors.find(({ Field }) => !fields.has(Field))
    if (unknown) throw wrong(`Events cannot be selected by ${unknown.Field} here.`)
  }
}

const wrong = (words: string) => fault('InvalidEventSelectorsException', words)
