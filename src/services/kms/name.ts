/**
 * The ids by which callers mean a key: its id, its ARN, an alias, an alias's ARN.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
 */
import { formatArn, isAccountId, parseArn, partitionOf } from '../../lib/arn.ts'
import type { AccountId, Arn } from '../../lib/brand.ts'
import { remembered } from '../../lib/once.ts'
import type { Shelf } from './records.ts'
import { fault } from './service.ts'

const keyIdForm =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/
const keyResource = 'key/'
export const aliasPrefix = 'alias/'

/** A key by its id, or by an alias; where. */
export type Meaning =
  | { readonly shelf: Shelf; readonly keyId: string }
  | { readonly shelf: Shelf; readonly alias: string }

/** Reads a KeyId. Throws NotFoundException for what can't be one, and for another region's ARN. */
export function parseKeyId(here: Shelf, text: string): Meaning {
  if (!text.startsWith('arn:')) return meaningOf(here, text, text)
  const arn = parseArn(text)
  if (arn?.service !== 'kms' || !isAccountId(arn.account)) throw invalidId(text)
  if (arn.region !== here.region) throw fault('NotFoundException', `Invalid arn ${arn.region}`)
  return meaningOfArn(text)
}

/** The same few keys are meant again and again. */
const meaningOfArn = remembered((text): Meaning => {
  const { account = '', region = '', resource = '' } = parseArn(text) ?? {}
  const isKey = resource.startsWith(keyResource)
  const name = isKey ? resource.slice(keyResource.length) : resource
  if (!isKey && !resource.startsWith(aliasPrefix)) throw invalidId(text)
  return meaningOf({ account: account as AccountId, region }, name, text)
})

function meaningOf(shelf: Shelf, name: string, text: string): Meaning {
  if (name.startsWith(aliasPrefix) && isNamable(name)) return { shelf, alias: name }
  if (!keyIdForm.test(name)) throw invalidId(text)
  return { shelf, keyId: name }
}

const isNamable = (alias: string): boolean => /^alias\/[\w/:-]{1,250}$/.test(alias)

export const invalidId = (text: string) => fault('NotFoundException', `Invalid keyId '${text}'`)

export const keyArn = (shelf: Shelf, id: string): Arn => arnOf(shelf, `${keyResource}${id}`)

/** The ARN of an alias, which its name begins with `alias/`. */
export const aliasArn = (shelf: Shelf, name: string): Arn => arnOf(shelf, name)

const arnOf = ({ account, region }: Shelf, resource: string): Arn =>
  formatArn({ partition: partitionOf(region), service: 'kms', region, account, resource })
