/**
 * What identity must know of an access key to recognise its holder. Who the holder is, and where
 * keys are kept, is not known here: the house gives a port.
 */
import type { KeyObject } from 'node:crypto'
import { SigningKeys } from '../sigv4/key.ts'

export interface Credential {
  readonly accessKeyId: string
  /** The key that signs for one day (`20150830`), region and service; kept, not derived for each call. */
  signingKey(day: string, region: string, service: string): KeyObject
  /** The session token that goes with a temporary key; a long-term key has none. */
  readonly token?: string
  /** When the session ends, in milliseconds since 1970. */
  readonly expiresAt?: number
}

/** The port by which the house gives credentials. */
export interface Credentials {
  /**
   * Finds a key that may be used now; an inactive or deleted one is not found.
   *
   * @param sessionToken as it was sent: a temporary key may stand in its token and nowhere else
   */
  find(accessKeyId: string, sessionToken: string | undefined): Known | Promise<Known>
}

type Known = Credential | undefined

/** AWS's form of an access key id. Other text is looked up nowhere: it is a stranger's. */
export const isAccessKeyId = (text: string): boolean => /^\w{1,128}$/.test(text)

const scopesMax = 64

/**
 * The credential of whoever is unknown. Its signatures are computed like anybody's, from a kept key,
 * so that a key id that does not exist takes the time of one that does.
 */
export function nobody(): Pick<Credential, 'signingKey'> {
  const keys = new SigningKeys(scopesMax)
  return {
    signingKey: (day, region, service) => keys.get('nobody', { day, region, service }, () => ''),
  }
}
