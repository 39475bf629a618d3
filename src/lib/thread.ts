/** Threads that do one thing beside the one that answers. */
import { Worker } from 'node:worker_threads'

/**
 * A thread with a small nursery. What such a thread passes on (batches, blocks) stands outside its heap,
 * where the garbage collector hardly counts it: cleaned seldom, each thread would hold some 64 MiB of it.
 *
 * @param beside the URL of a module, source or built
 * @param name of the thread's own, which stands beside it: `writer`
 */
export function startThread(beside: string, name: string, workerData: unknown): Worker {
  const file = `./${name}${beside.endsWith('.ts') ? '.ts' : '.js'}`
  const resourceLimits = { maxYoungGenerationSizeMb: nurseryMiB }
  return new Worker(new URL(file, beside), { workerData, resourceLimits })
}

const nurseryMiB = 4
