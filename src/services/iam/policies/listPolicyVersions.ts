/**
 * The versions of a managed policy, newest first.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
 */
import { cut, pageOf } from '../page.ts'
import { operation } from '../service.ts'
import { findPolicy, versionView } from './policy.ts'

export const listPolicyVersions = operation('ListPolicyVersions', {
  action: 'iam:ListPolicyVersions',
  touches: (look, { PolicyArn }) => findPolicy(look, PolicyArn),

  run(_rooms, input, { record }) {
    const { after, shownMax } = pageOf(input)
    const versions = record.versions.toReversed()
    const start = after ? versions.findIndex(({ id }) => id === after[0]) + 1 : 0
    const { page, rest } = cut(versions.slice(start), shownMax, ({ id }) => [id])
    return { Versions: page.map((version) => versionView(record, version)), ...rest }
  },
})
