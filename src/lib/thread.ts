/** Threads that do one thing beside the one that answers. */
import { Worker } from 'node:worker_threads'

/**
 * A thread with a small nursery. What such a thread passes on (batches, blocks) stands outside its heap,
 * where the garbage collector hardly counts it: cleaned seldom, each thread would hold some 64 MiB of it.
 */
export const startThread = (file: URL, workerData: unknown): Worker =>
  new Worker(file, { workerData, resourceLimits: { maxYoungGenerationSizeMb: nurseryMiB } })

const nurseryMiB = 4
