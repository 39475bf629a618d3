/** The shipped rotation functions as zips in dist/rotators, for whoever creates them by hand, or at AWS. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rotators } from '../src/rotators/catalogue.ts'
import { pack } from '../src/rotators/pack.ts'

const folder = process.argv[2] ?? 'dist/rotators'
mkdirSync(folder, { recursive: true })
for (const rotator of rotators.values()) {
  const zip = pack(rotator)
  const path = join(folder, `${rotator.name}.zip`)
  writeFileSync(path, zip)
  console.log(`${path}: ${Math.ceil(zip.length / 1024)} KiB, handler ${rotator.handler}`)
}
