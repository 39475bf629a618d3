/**
 * What rules are told of secrets: that a label moved to another version. Not of AWSPENDING and
 * AWSPREVIOUS, and not of a secret that is made.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/secret-event-notifications.html
 */
import type { Attempt } from '../../../store/attempt.ts'
import { announce } from '../../../store/outbox.ts'
import { arnOf } from '../arn.ts'
import type { SecretRecord, Shelf } from '../records.ts'

const untold: ReadonlySet<string> = new Set(['AWSPENDING', 'AWSPREVIOUS'])

export function announceMoves(
  attempt: Attempt,
  shelf: Shelf,
  before: SecretRecord,
  { name, suffix, labels, changedAt: at }: SecretRecord,
): void {
  if (labels === before.labels) return
  const holders = new Map(before.labels.map((label) => [label.name, label.on]))
  for (const { name: labelUpdated, on: versionId } of labels) {
    if (untold.has(labelUpdated) || holders.get(labelUpdated) === versionId) continue
    announce(attempt, {
      ...shelf,
      source: 'aws.secretsmanager',
      detailType: 'Secret Label Updated',
      resources: [arnOf(shelf, name, suffix)],
      detail: { name, labelUpdated, versionId },
      at,
    })
  }
}
