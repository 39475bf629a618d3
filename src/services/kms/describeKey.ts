/**
 * All about a key but its policy, tags and material. Describing a service's own key by its alias
 * makes it, as AWS documents.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
import { useKey } from './key.ts'
import { metadataOf } from './metadata.ts'
import { operation } from './service.ts'

export const describeKey = operation('DescribeKey', {
  action: 'kms:DescribeKey',
  touches: (look, input) => useKey(look, 'DescribeKey', input),
  run: (_rooms, _input, { shelf, record }) => ({ KeyMetadata: metadataOf(shelf, record) }),
})
