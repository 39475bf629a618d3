/** KMS: its table of operations and what they are given. */
import { kms as model } from '../../contract/generated/kms.ts'
import { type Service, tableOf } from '../operation.ts'
import { cancelKeyDeletion } from './cancelKeyDeletion.ts'
import { createAlias } from './createAlias.ts'
import { createGrant } from './createGrant.ts'
import { createKey } from './createKey.ts'
import { decrypt } from './decrypt.ts'
import { deleteAlias } from './deleteAlias.ts'
import { deleteImportedKeyMaterial } from './deleteImportedKeyMaterial.ts'
import { deriveSharedSecret } from './deriveSharedSecret.ts'
import { describeKey } from './describeKey.ts'
import { disableKey } from './disableKey.ts'
import { disableKeyRotation } from './disableKeyRotation.ts'
import { enableKey } from './enableKey.ts'
import { enableKeyRotation } from './enableKeyRotation.ts'
import { encrypt } from './encrypt.ts'
import { generateDataKey } from './generateDataKey.ts'
import { generateDataKeyPair } from './generateDataKeyPair.ts'
import { generateDataKeyPairWithoutPlaintext } from './generateDataKeyPairWithoutPlaintext.ts'
import { generateDataKeyWithoutPlaintext } from './generateDataKeyWithoutPlaintext.ts'
import { generateMac } from './generateMac.ts'
import { generateRandom } from './generateRandom.ts'
import { getKeyPolicy } from './getKeyPolicy.ts'
import { getKeyRotationStatus } from './getKeyRotationStatus.ts'
import { getParametersForImport } from './getParametersForImport.ts'
import { getPublicKey } from './getPublicKey.ts'
import { importKeyMaterial } from './importKeyMaterial.ts'
import { listAliases } from './listAliases.ts'
import { listGrants } from './listGrants.ts'
import { listKeyPolicies } from './listKeyPolicies.ts'
import { listKeyRotations } from './listKeyRotations.ts'
import { listKeys } from './listKeys.ts'
import { listResourceTags } from './listResourceTags.ts'
import { listRetirableGrants } from './listRetirableGrants.ts'
import { type MaterialPorts, Materials } from './material.ts'
import { putKeyPolicy } from './putKeyPolicy.ts'
import { reEncrypt } from './reEncrypt.ts'
import { replicateKey } from './replicateKey.ts'
import { retireGrant } from './retireGrant.ts'
import { revokeGrant } from './revokeGrant.ts'
import { rotateKeyOnDemand } from './rotateKeyOnDemand.ts'
import { scheduleKeyDeletion } from './scheduleKeyDeletion.ts'
import type { Rooms } from './service.ts'
import { sign } from './sign.ts'
import { KeyStore } from './store.ts'
import { tagResource } from './tagResource.ts'
import { untagResource } from './untagResource.ts'
import { updateAlias } from './updateAlias.ts'
import { updateKeyDescription } from './updateKeyDescription.ts'
import { updatePrimaryRegion } from './updatePrimaryRegion.ts'
import { verify } from './verify.ts'
import { verifyMac } from './verifyMac.ts'

export interface KmsPorts extends MaterialPorts {
  /** The regions of the deployment. */
  readonly regions: ReadonlySet<string>
}

export function kms(ports: KmsPorts): Service {
  const materials = new Materials(ports)
  const { regions } = ports
  return {
    model,
    internalCode: 'KMSInternalException',
    operations: tableOf([
      cancelKeyDeletion,
      createAlias,
      createGrant,
      createKey,
      decrypt,
      deleteAlias,
      deleteImportedKeyMaterial,
      deriveSharedSecret,
      describeKey,
      disableKey,
      disableKeyRotation,
      enableKey,
      enableKeyRotation,
      encrypt,
      generateDataKey,
      generateDataKeyPair,
      generateDataKeyPairWithoutPlaintext,
      generateDataKeyWithoutPlaintext,
      generateMac,
      generateRandom,
      getKeyPolicy,
      getKeyRotationStatus,
      getParametersForImport,
      getPublicKey,
      importKeyMaterial,
      listAliases,
      listGrants,
      listKeyPolicies,
      listKeyRotations,
      listKeys,
      listResourceTags,
      listRetirableGrants,
      putKeyPolicy,
      reEncrypt,
      replicateKey,
      retireGrant,
      revokeGrant,
      rotateKeyOnDemand,
      scheduleKeyDeletion,
      sign,
      tagResource,
      untagResource,
      updateAlias,
      updateKeyDescription,
      updatePrimaryRegion,
      verify,
      verifyMac,
    ]),
    rooms: ({ attempt, caller, region, draws, refusal }): Rooms => ({
      keys: new KeyStore(attempt),
      materials,
      regions,
      caller,
      region,
      draws,
      refusal,
    }),
  }
}
