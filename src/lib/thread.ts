/** Threads that do one thing beside the one that answers. */
import { Worker } from 'node:worker_threads'
import { programAt } from './place.ts'

/**
 * A thread with a small nursery. What such a thread passes on (batches, blocks) stands outside its heap,
 * where the garbage collector hardly counts it: cleaned seldom, each thread would hold some 64 MiB of it.
 *
 * @param program its path without the ending: `store/sqlite/writer`
 */
export function startThread(program: string, workerData: unknown): Worker {
  const resourceLimits = { maxYoungGenerationSizeMb: nurseryMiB }
  return new Worker(programAt(program), { workerData, resourceLimits })
}

const nurseryMiB = 4
