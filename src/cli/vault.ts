/**
 * Secrets of a Vault's KV engine, version 2, by its HTTP interface: what VAULT_TOKEN may read there.
 *
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 */
import { Refusal } from '../lib/fault.ts'
import { plain } from './print.ts'
import type { Incoming } from './put.ts'

const depthMax = 16
const secretsMax = 10_000

interface Vault {
  readonly url: string
  readonly mount: string
  readonly headers: Readonly<Record<string, string>>
}

/** @param place mount and path, such as `secret/myapp` @param name what the secrets are named under */
export async function readVault(place: string, name: string): Promise<Incoming[]> {
  const [mount = '', ...rest] = place.split('/').filter(Boolean)
  const { VAULT_ADDR: url, VAULT_TOKEN: token, VAULT_NAMESPACE: namespace } = process.env
  if (!url || !token) throw new Refusal('Set VAULT_ADDR and VAULT_TOKEN.')
  if (mount === '') throw new Refusal('Name the mount and the path: vault:secret/myapp.')
  const headers = { 'X-Vault-Token': token, ...(namespace && { 'X-Vault-Namespace': namespace }) }
  const vault = { url, mount, headers }
  const path = rest.join('/')
  const found: Incoming[] = []
  const own = path === '' ? undefined : await readOne(vault, path)
  if (own !== undefined) found.push({ name, text: own })
  await collect(vault, path, name, found, 0)
  if (found.length > 0) return found
  throw new Refusal(`${plain(place)} holds nothing that may be read.`)
}

async function collect(
  vault: Vault,
  path: string,
  name: string,
  found: Incoming[],
  depth: number,
): Promise<void> {
  if (depth > depthMax) throw new Refusal(`More than ${depthMax} levels: name a deeper path.`)
  for (const key of await list(vault, path)) {
    const [below, named] = [path, name].map((each) => [each, key].filter(Boolean).join('/'))
    if (below === undefined || named === undefined) continue
    if (key.endsWith('/')) {
      await collect(vault, below.slice(0, -1), named.slice(0, -1), found, depth + 1)
      continue
    }
    const text = await readOne(vault, below)
    if (text !== undefined) found.push({ name: named, text })
    if (found.length > secretsMax) throw new Refusal(`More than ${secretsMax} secrets.`)
  }
}

/** One secret as JSON; `undefined` if it is not there, or was deleted. */
async function readOne(vault: Vault, path: string): Promise<string | undefined> {
  const answer = await ask<{ data: { data: object | null } }>(vault, `data/${path}`)
  const fields = answer?.data.data
  return fields ? JSON.stringify(fields) : undefined
}

const list = async (vault: Vault, path: string): Promise<readonly string[]> =>
  (await ask<{ data: { keys: string[] } }>(vault, `metadata/${path}?list=true`))?.data.keys ?? []

async function ask<Answer>(vault: Vault, target: string): Promise<Answer | undefined> {
  const [path = '', query] = target.split('?')
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const url = new URL(`v1/${vault.mount}/${encoded}`, `${vault.url.replace(/\/$/, '')}/`)
  if (query) url.search = query
  const response = await fetch(url, { headers: vault.headers, redirect: 'error' }).catch(() => {
    throw new Refusal(`Nobody answers at ${vault.url}: is a Vault there?`)
  })
  if (response.status === 404) return undefined
  if (!response.ok) throw new Refusal(`The Vault answers ${response.status} for ${plain(path)}.`)
  return (await response.json()) as Answer
}
