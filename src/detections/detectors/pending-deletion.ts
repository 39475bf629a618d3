/** A secret or KMS key that is scheduled for deletion is read or used: somebody still needs it, or looks for it. */
import type { Detector } from '../detection.ts'

export const pendingDeletion: Detector = {
  name: 'pending-deletion',
  look(act) {
    const { error, service, name } = act
    if (error === undefined || !uses.get(service)?.has(name)) return undefined
    const [resource] = act.resources
    const told = act.record.errorMessage ?? ''
    if (resource === undefined || !deletedWords.test(told)) return undefined
    const { at, account, region, principal, requestId } = act
    const words = `${service}:${name} on something that is scheduled for deletion`
    return { severity: 'high', at, account, region, principal, resource, requestId, words }
  },
}

/** How Secrets Manager and KMS refuse it; the audit keeps their words. */
const deletedWords = /was marked for deletion| is pending deletion/

/** Whoever deletes twice, or describes it, does not use it. */
const uses: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['secretsmanager', new Set(['GetSecretValue', 'PutSecretValue', 'UpdateSecret', 'RotateSecret'])],
  [
    'kms',
    new Set([
      ...['Encrypt', 'Decrypt', 'ReEncrypt', 'Sign', 'Verify', 'GenerateMac', 'VerifyMac'],
      ...['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'DeriveSharedSecret'],
      ...['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'],
    ]),
  ],
])
