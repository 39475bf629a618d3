/** The collections of IAM: what is kept under which key. */
import type { AccountId } from '../../../lib/brand.ts'
import { type Collection, collection } from '../../../store/collection.ts'
import type {
  AccessJobRecord,
  AccessKeyRecord,
  AccountRecord,
  Kind,
  LoginRecord,
  ProviderRecord,
  Records,
} from '../records.ts'

/** A row that leads to a record by its unique id. */
interface Pointer {
  readonly id: string
}

interface Count {
  readonly count: number
}

export const shelves: { readonly [K in Kind]: Collection<Records[K]> } = {
  user: collection('users'),
  group: collection('groups'),
  role: collection('roles'),
  policy: collection('managed-policies'),
  profile: collection('instance-profiles'),
}
export const names = collection<Pointer>('iam-names')
export const links = collection<Pointer>('iam-links')
export const linkCounts = collection<Count>('iam-link-counts')
export const accounts = collection<AccountRecord>('accounts')
export const aliases = collection<{ readonly account: AccountId }>('account-aliases')
export const accessKeys = collection<AccessKeyRecord>('access-keys')
export const logins = collection<LoginRecord>('logins')
export const providers = collection<ProviderRecord>('oidc-providers')
export const accessJobs = collection<AccessJobRecord>('access-jobs')
export const totals = 'iam-totals'
export const uses = 'iam-uses'
