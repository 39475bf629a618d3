/** The protocols by name. A service whose protocol has no file yet is not served. */
import type { Protocol } from '../contract/model.ts'
import { cbor } from './cbor.ts'
import { json } from './json.ts'
import type { Wire } from './protocol.ts'
import { query } from './query.ts'
import { restJson } from './restjson.ts'

/** What to read and write a service's calls with. */
export const wires: ReadonlyMap<Protocol, Wire> = new Map([
  ['smithy-rpc-v2-cbor', cbor],
  ['json', json],
  ['query', query],
  ['rest-json', restJson],
])
