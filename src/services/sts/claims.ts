/**
 * What a token asks of the session made from it: tags and a source identity, under claims of AWS's own.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 */
import type { JWTPayload } from 'jose'
import { isJsonObject, type Json } from '../../lib/json.ts'
import { fault } from './service.ts'
import { readTags, type SessionTags } from './session-tags.ts'

const tagsClaim = 'https://aws.amazon.com/tags'
const sourceClaim = 'https://aws.amazon.com/source_identity'

const tagsMax = 50
const keyForm = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const valueForm = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u
const sourceForm = /^[\w+=,.@-]{2,64}$/

/** Throws InvalidIdentityToken for claims that are not as AWS documents them. */
export function sessionClaims(payload: JWTPayload): SessionTags & { sourceIdentity?: string } {
  const source = payload[sourceClaim]
  const tags = tagsIn(payload[tagsClaim] as Json | undefined)
  if (source === undefined) return tags
  if (typeof source !== 'string' || !sourceForm.test(source)) throw malformed(sourceClaim)
  return { ...tags, sourceIdentity: source }
}

const malformed = (claim: string) =>
  fault('InvalidIdentityToken', `The claim ${claim} is not as it is documented.`)

function tagsIn(claim: Json | undefined): SessionTags {
  if (claim === undefined) return { tags: {}, transitiveTagKeys: [] }
  if (!isJsonObject(claim)) throw malformed(tagsClaim)
  const { principal_tags: principal = {}, transitive_tag_keys: transitive = [] } = claim
  if (!isJsonObject(principal) || !Array.isArray(transitive)) throw malformed(tagsClaim)
  const Tags = Object.entries(principal).map(([Key, value]) => ({ Key, Value: oneText(value) }))
  const TransitiveTagKeys = transitive.map(oneText)
  const fits = Tags.every(({ Key, Value }) => keyForm.test(Key) && valueForm.test(Value))
  if (!fits || Tags.length > tagsMax || TransitiveTagKeys.length > tagsMax) {
    throw malformed(tagsClaim)
  }
  return readTags({ Tags, TransitiveTagKeys })
}

/** AWS documents each value as a list of one text. */
function oneText(value: Json | undefined): string {
  const [only, ...more] = Array.isArray(value) ? value : [value]
  if (typeof only === 'string' && more.length === 0) return only
  throw malformed(tagsClaim)
}
