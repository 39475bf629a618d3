/**
 * The tags of a role, by key.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html
 */
import { find } from '../entity.ts'
import { operation } from '../service.ts'
import { tagPage } from '../tags.ts'

export const listRoleTags = operation('ListRoleTags', {
  action: 'iam:ListRoleTags',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),
  run: (_rooms, input, { record }) => tagPage(record.tags, input),
})
