// The rotation function beside this, which tells a watcher each point that a step passes.
import { handler as rotate } from './index.mjs'

const watcher = process.env.WATCHER_URL
const pass = (point) => fetch(watcher, { method: 'POST', body: JSON.stringify({ point }) })

export async function handler(event) {
  await pass(`${event.Step} begins`)
  await rotate(event)
  await pass(`${event.Step} took effect`)
  await pass(`${event.Step} answers`)
}
