/** serve: config in, house up, wait for a signal, drain, house down. And the other commands. */
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { run } = await import('./cli/program.ts')
await run(process.argv.slice(2))
