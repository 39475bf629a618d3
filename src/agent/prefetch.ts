/**
 * Secrets that are read before anybody asks, by id or by the key of a tag, in batches. They are kept under
 * their names, as AWS's agent keeps them.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
 */
import type { World } from '../cache/world.ts'
import { backoffMs } from '../cache/world.ts'
import type { Client } from './client.ts'
import type { Log } from './log.ts'
import { Refused } from './upstream.ts'
import type { Prefetch } from './wishes.ts'

export interface PrefetchNeeds {
  readonly wishes: Prefetch
  /** How many things are kept. */
  readonly itemsMax: number
  readonly world: World
  readonly log: Log
  readonly signal: AbortSignal
  clientOf(roleArn: string | undefined): Client
}

const batchItemsMax = 20
/** AWS lets an account call so often. */
const betweenMs = 34
const callMsMax = 10_000
const retryFirstMs = 500
const retryMostMs = 10_000

/** One order: these ids, or what has such a tag. */
interface Order {
  readonly roleArn: string | undefined
  readonly what: string
  readonly input: object
}

/** Fetches all of it; what cannot be reached is tried again, what is refused is told. */
export async function prefetch(needs: PrefetchNeeds): Promise<void> {
  const { wishes, world, signal } = needs
  await world.wait(wishes.jitterMsMax * world.random())
  let room = Math.floor(needs.itemsMax * wishes.bufferRatio)
  for (const order of ordersIn(wishes)) {
    if (room <= 0 || signal.aborted) return
    room -= await fetchAll(needs, order, room)
  }
}

function ordersIn({ secrets, tags }: Prefetch): Order[] {
  const byRole = Map.groupBy(secrets, ({ roleArn }) => roleArn)
  const orders: Order[] = []
  for (const [roleArn, wished] of byRole) {
    const ids = [...new Set(wished.map(({ id }) => id))]
    for (let at = 0; at < ids.length; at += batchItemsMax) {
      const SecretIdList = ids.slice(at, at + batchItemsMax)
      orders.push({ roleArn, what: `${SecretIdList.length} secrets`, input: { SecretIdList } })
    }
  }
  for (const { key, roleArn } of tags) {
    const Filters = [{ Key: 'tag-key', Values: [key] }]
    orders.push({ roleArn, what: `tag ${key}`, input: { Filters, MaxResults: batchItemsMax } })
  }
  return orders
}

/** @returns how many were kept */
async function fetchAll(needs: PrefetchNeeds, order: Order, room: number): Promise<number> {
  const client = needs.clientOf(order.roleArn)
  let kept = 0
  let NextToken: unknown
  do {
    const input = { ...order.input, ...(NextToken !== undefined && { NextToken }) }
    const answer = await untilAnswered(needs, client, order, input)
    if (!answer) return kept
    for (const value of listIn(answer.SecretValues).slice(0, room - kept)) {
      client.put(value)
      kept++
    }
    for (const { SecretId, ErrorCode } of listIn(answer.Errors)) {
      needs.log.warn(`fetching ahead: ${String(SecretId)}: ${String(ErrorCode)}`)
    }
    NextToken = answer.NextToken
    await needs.world.wait(betweenMs)
  } while (NextToken !== undefined && kept < room && !needs.signal.aborted)
  needs.log.info(`fetched ahead: ${kept} of ${order.what}`)
  return kept
}

/** The answer, however often nobody gives one; `undefined` where it is a refusal. */
async function untilAnswered(needs: PrefetchNeeds, client: Client, order: Order, input: object) {
  const { world, log, signal } = needs
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      const target = 'secretsmanager.BatchGetSecretValue'
      const late = AbortSignal.timeout(callMsMax)
      const bound = AbortSignal.any([signal, late])
      return await client.upstream.json('secretsmanager', target, input, bound)
    } catch (error) {
      const isRefused = error instanceof Refused && !error.isTransient && !error.isOfCredentials
      if (isRefused) log.warn(`fetching ahead ${order.what}: ${error.code}: ${error.message}`)
      if (isRefused) return undefined
      if (failures === 1) log.warn(`fetching ahead ${order.what}: nobody answers; trying again`)
      await world.wait(backoffMs(failures, retryFirstMs, retryMostMs, world.random()))
    }
  }
  return undefined
}

const listIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value : []
