/**
 * The rules by which a label is moved by hand.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
import { current, holderOf, type Labels, moveLabels, withoutLabel } from './labels.ts'
import type { Secret } from './secret.ts'
import { fault } from './service.ts'
import type { SecretReader } from './store.ts'
import { isFilled, valueNotFound } from './version.ts'

export interface Move {
  readonly VersionStage: string
  readonly RemoveFromVersionId?: string | undefined
  readonly MoveToVersionId?: string | undefined
}

/** Throws ResourceNotFoundException if a version is named that the secret does not have. */
export function mustHaveVersion(
  secrets: SecretReader,
  { shelf, record }: Secret,
  VersionId: string | undefined,
): void {
  if (VersionId === undefined || secrets.findVersion(shelf, record, VersionId)) return
  throw valueNotFound({ VersionId })
}

/** Throws if a version has no value yet: what is current never gets lost. */
export function mustHaveValue(
  secrets: SecretReader,
  { shelf, record }: Secret,
  VersionId = '',
): void {
  const version = secrets.findVersion(shelf, record, VersionId)
  if (!version || !isFilled(version)) throw valueNotFound({ VersionId })
}

/** Throws unless the caller knows where the label is, and AWSCURRENT will be somewhere afterwards. */
export function mustBeFitMove(labels: Labels, move: Move): void {
  const { VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to } = move
  const holder = holderOf(labels, label)
  if (label === current && to === undefined) {
    throw fault(
      'InvalidParameterException',
      `You can only move staging label ${current} to a different secret version. It can’t be completely removed.`,
    )
  }
  // The request was answered before and is repeated, or asks for what is so already.
  if (to !== undefined && holder === to) return
  if (from === holder) return
  if (holder === undefined) {
    throw fault(
      'InvalidParameterException',
      `Staging label ${label} isn't attached to version ${from}.`,
    )
  }
  const reason = from === undefined ? "can't be empty" : "isn't valid"
  throw fault(
    'InvalidParameterException',
    `The parameter RemoveFromVersionId ${reason}. Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
  )
}

/** The labels after the move. */
export function relabelled(labels: Labels, { VersionStage, MoveToVersionId }: Move): Labels {
  return MoveToVersionId === undefined
    ? withoutLabel(labels, VersionStage)
    : moveLabels(labels, MoveToVersionId, [VersionStage])
}
