/** Objects as files, there whole or not at all, and on disk when the call resolves. Nothing blocks. */
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** @param object slashes in it are folders */
export async function writeObject(
  folder: string,
  object: string,
  bytes: Uint8Array | string,
): Promise<void> {
  const path = join(folder, object)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = await open(`${path}.new`, 'w', 0o600)
  try {
    await draft.writeFile(bytes)
    await draft.sync()
  } finally {
    await draft.close()
  }
  await rename(`${path}.new`, path)
  const parent = await open(dirname(path), 'r')
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
}
