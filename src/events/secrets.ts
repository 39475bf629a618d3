/** What connections hold and nobody is to see, sealed for the connection that it belongs to. */
import { base64, lengthPrefixed, parseBase64, utf8 } from '../lib/bytes.ts'
import { type Sealer, Unopenable } from '../lib/sealer.ts'
import type { ConnectionRecord, ConnectionSecrets, Shelf } from './records.ts'

export class Connections {
  readonly #sealer: Sealer

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  seal(shelf: Shelf, id: string, secrets: ConnectionSecrets): string {
    return base64(this.#sealer.seal(utf8(JSON.stringify(secrets)), placeOf(shelf, id)))
  }

  open(shelf: Shelf, { id, secrets }: ConnectionRecord): ConnectionSecrets {
    const bytes = parseBase64(secrets)
    if (!bytes) throw new Unopenable()
    const plain = this.#sealer.open(bytes, placeOf(shelf, id))
    const opened: ConnectionSecrets = JSON.parse(plain.toString())
    plain.fill(0)
    return opened
  }

  /** Under the newest store key. */
  isNewest({ secrets }: ConnectionRecord): boolean {
    return this.#sealer.isNewest(parseBase64(secrets) ?? Buffer.alloc(0))
  }
}

const placeOf = ({ account, region }: Shelf, id: string) =>
  lengthPrefixed('connection', account, region, id)
