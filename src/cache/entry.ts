/** One secret that is kept for an application, and what its hooks are told. */
import type { SecretRequest } from './client.ts'
import { Kept } from './kept.ts'
import { isFinal } from './refusal.ts'
import { Secret } from './secret.ts'
import type { Settings, Subject } from './settings.ts'

export class Entry extends Kept<Secret> {
  readonly subject: Subject

  constructor(subject: Subject, settings: Settings) {
    const { client, hooks } = settings
    const onKept = (secret: Secret, previous: Secret | undefined) => {
      const { versionId } = secret
      tell(hooks.onFetch, { ...subject, versionId })
      if (previous && previous.versionId !== versionId) {
        tell(hooks.onRefresh, { ...subject, versionId, previousVersionId: previous.versionId })
      }
    }
    super(
      {
        fetch: async (abortSignal) =>
          new Secret(await client.getSecretValue(requestOf(subject), { abortSignal })),
        isFinal,
        onKept,
        onFailed: (error, servesStale) => tell(hooks.onError, { ...subject, error, servesStale }),
      },
      { ...settings, retryMsMax },
    )
    this.subject = subject
  }
}

const requestOf = ({ id, stage, version }: Subject): SecretRequest => ({
  SecretId: id,
  ...(version !== undefined && { VersionId: version }),
  ...(stage !== undefined && { VersionStage: stage }),
})

const retryMsMax = 60_000

/** Somebody else's hook breaks no read. */
function tell<T>(hook: ((event: T) => void) | undefined, event: T): void {
  try {
    hook?.(event)
  } catch {}
}
