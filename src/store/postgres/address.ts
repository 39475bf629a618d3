/**
 * Where the database is: `postgres://user:password@host:port,host:port/database?sslmode=...`, with one
 * host or several, as libpq reads it. The first that takes writes is used.
 *
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 */
import { Refusal } from '../../lib/fault.ts'

const form = /^postgres(?:ql)?:\/\/([^/@]*@)?([^/?@]*)([^?]*)(?:\?(.*))?$/
const target = 'target_session_attrs'

/** One address for each host. Throws Refusal, in words that do not repeat what holds a password. */
export function addressesIn(url: string): readonly string[] {
  const parts = form.exec(url)
  if (!parts) throw unreadable()
  const [, user = '', hosts = '', path = '', query = ''] = parts
  const parameters = new URLSearchParams(query)
  // The one value that makes sense here is what is done anyway.
  if (!['read-write', 'primary'].includes(parameters.get(target) ?? 'primary')) {
    throw new Refusal(`--store needs the server that takes writes: leave ${target} out.`)
  }
  parameters.delete(target)
  const text = parameters.toString()
  return hosts.split(',').map((host) => {
    const address = `postgres://${user}${host}${path}${text && `?${text}`}`
    if (host !== '' && !URL.canParse(address)) throw unreadable()
    return address
  })
}

const hasPassword = (url: string): boolean =>
  /^[^:/@]*:./.test(form.exec(url)?.[1] ?? '') || /[?&]password=/.test(url)

/**
 * What a flag or STRONGROOM_STORE says: an address, or `undefined` for the embedded engine. Takes the
 * variable out of the environment: it may hold a password. Throws Refusal.
 */
export function takeStoreUrl(
  flag: string | undefined,
  environment: Record<string, string | undefined>,
): string | undefined {
  const named = environment.STRONGROOM_STORE
  delete environment.STRONGROOM_STORE
  if (flag !== undefined && hasPassword(flag)) {
    throw new Refusal(
      '--store shows its password to every user of this machine: give the address by STRONGROOM_STORE, or the password by PGPASSWORD or a .pgpass file.',
    )
  }
  const store = flag ?? (named || 'sqlite')
  if (store === 'sqlite') return undefined
  addressesIn(store)
  return store
}

/** The address for whoever reads a log: without user, password and parameters. */
export function shownAddress(url: string): string {
  const [, , hosts = '', path = ''] = form.exec(url) ?? []
  return `postgres://${hosts}${path}`
}

const unreadable = () =>
  new Refusal('--store is sqlite or an address like postgres://user:password@host:5432/database.')
