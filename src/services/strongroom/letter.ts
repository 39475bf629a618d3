/** Events that could not be delivered, as this service sees them; the house gives them. */
import type { DeadLetterView } from '../../contract/generated/strongroom.ts'
import { formatArn, partitionOf } from '../../lib/arn.ts'
import type { AccountId } from '../../lib/brand.ts'
import type { Desk } from '../operation.ts'

interface Shelf {
  readonly account: AccountId
  readonly region: string
}

/** Instants are milliseconds since 1970. */
export interface Letter {
  readonly event: object
  readonly lane: Shelf & { readonly bus: string; readonly rule: string; readonly target: string }
  readonly targetArn: string
  readonly takenAt: number
  readonly diedAt: number
  readonly tries: number
  readonly exhausted?: string | undefined
  readonly code: string
  readonly words: string
}

export interface Letters {
  /** Those of an account's region, the newest first, behind one. */
  list(
    attempt: Desk['attempt'],
    shelf: Shelf,
    page: { readonly after?: string | undefined; readonly itemsMax: number },
  ): Promise<readonly { readonly id: string; readonly record: Letter }[]>
  find(attempt: Desk['attempt'], shelf: Shelf, id: string): Letter | undefined
  drop(attempt: Desk['attempt'], shelf: Shelf, id: string): void
  /** Queues its event for the same target again; false if it is gone. */
  redrive(attempt: Desk['attempt'], shelf: Shelf, id: string, now: number): boolean
}

export const letterView = (id: string, letter: Letter): DeadLetterView => ({
  Id: id,
  RuleArn: ruleArn(letter.lane),
  TargetId: letter.lane.target,
  TargetArn: letter.targetArn,
  Code: letter.code,
  Words: letter.words,
  Exhausted: letter.exhausted,
  Tries: letter.tries,
  TakenDate: letter.takenAt,
  DeadDate: letter.diedAt,
  Event: JSON.stringify(letter.event),
})

const ruleArn = ({ account, region, bus, rule }: Letter['lane']): string =>
  formatArn({
    ...{ partition: partitionOf(region), service: 'events', region, account },
    resource: bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`,
  })
