/** OpenID Connect providers: the operations. */
import type { Operation } from '../../operation.ts'
import { addClientIDToOpenIDConnectProvider } from './addClientIDToOpenIDConnectProvider.ts'
import { createOpenIDConnectProvider } from './createOpenIDConnectProvider.ts'
import { deleteOpenIDConnectProvider } from './deleteOpenIDConnectProvider.ts'
import { getOpenIDConnectProvider } from './getOpenIDConnectProvider.ts'
import { listOpenIDConnectProviders } from './listOpenIDConnectProviders.ts'
import { listOpenIDConnectProviderTags } from './listOpenIDConnectProviderTags.ts'
import { removeClientIDFromOpenIDConnectProvider } from './removeClientIDFromOpenIDConnectProvider.ts'
import { tagOpenIDConnectProvider } from './tagOpenIDConnectProvider.ts'
import { untagOpenIDConnectProvider } from './untagOpenIDConnectProvider.ts'
import { updateOpenIDConnectProviderThumbprint } from './updateOpenIDConnectProviderThumbprint.ts'

export const providers: readonly Operation[] = [
  addClientIDToOpenIDConnectProvider,
  createOpenIDConnectProvider,
  deleteOpenIDConnectProvider,
  getOpenIDConnectProvider,
  listOpenIDConnectProviderTags,
  listOpenIDConnectProviders,
  removeClientIDFromOpenIDConnectProvider,
  tagOpenIDConnectProvider,
  untagOpenIDConnectProvider,
  updateOpenIDConnectProviderThumbprint,
]
