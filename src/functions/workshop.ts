/**
 * The folder that environments are made from: unpacked code, our bootstraps, the certificates of home.
 * Made anew by each start, removed at the end.
 */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { assetAt } from '../lib/place.ts'
import { Cache } from './cache.ts'
import type { Home, Ports } from './function.ts'
import type { Parts } from './furniture.ts'
import { Languages } from './languages.ts'
import type { Limits } from './limits.ts'
import { chooseLevel, type Level, Sandboxes } from './sandbox.ts'

export interface Workshop {
  readonly parts: Parts
  close(): void
}

export interface Site {
  /** The server's own, for nobody else; what stands in it is removed. */
  readonly folder: string
  /** Lent to every function, as AWS lends its SDKs: `node_modules` for nodejs, `python` for python. */
  readonly libraries?: string
  /** No stronger isolation than this is tried: for who must see how a weaker machine does. */
  readonly strongest?: Level
}

export async function openWorkshop(
  { folder, libraries, strongest = 'namespaces' }: Site,
  ports: Ports,
  limits: Limits,
): Promise<Workshop> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const level = await chooseLevel(join(folder, 'trial'), strongest)
  // Strangers cannot pass through the data folder; and what they are shown must not lie in it.
  const place = level === 'user' ? mkdtempSync(join(tmpdir(), 'strongroom-functions-')) : folder
  if (level === 'user') chmodSync(place, 0o711)
  const [runtimePath, codePath, scratch] = ['runtime', 'code', 'environments'].map((name) => {
    const path = join(place, name)
    mkdirSync(path)
    chmodSync(path, 0o711)
    return path
  }) as [string, string, string]
  layRuntime(runtimePath, ports.home)
  return {
    parts: {
      ...{ ports, limits, runtimePath, librariesPath: libraries },
      sandboxes: new Sandboxes(level, scratch),
      languages: new Languages(level),
      cache: new Cache(codePath, limits.codeBytesMax),
    },
    close() {
      for (const path of [place, folder]) rmSync(path, { recursive: true, force: true })
    },
  }
}

const bootstraps = ['runtime.mjs', 'api.mjs', 'handler.mjs', 'runtime.py']

function layRuntime(path: string, { ca }: Home): void {
  for (const name of bootstraps) {
    cpSync(fileURLToPath(assetAt(`functions/bootstrap/${name}`)), join(path, name))
  }
  if (ca !== undefined) {
    writeFileSync(join(path, 'home.pem'), ca)
    // botocore takes this instead of its own list: home must not be the only one that is known.
    writeFileSync(join(path, 'authorities.pem'), [ca, ...rootCertificates].join('\n'))
  }
  // Whatever the server's umask: functions are other users.
  for (const name of readdirSync(path)) chmodSync(join(path, name), 0o444)
  chmodSync(path, 0o755)
}
