/** The collections of metrics: which series there are, and what was measured. */
import { hourMs, minuteMs } from '../../../lib/clock.ts'
import type { Attempt, Item, ListOptions, Look } from '../../../store/attempt.ts'
import { collection } from '../../../store/collection.ts'
import { gathered } from '../point.ts'
import type { Metric, Point, PointsRecord, SeriesRecord, Shelf } from '../records.ts'

const series = collection<SeriesRecord>('metric-series')
/** By series and hour: one record of each call, until they are put together. */
const points = collection<PointsRecord>('metric-points')
const seriesCount = 'metric-series-count'

const recordsPerRead = 400

/** A series and where it stands. */
export interface Series {
  readonly id: string
  readonly shelf: Shelf
  readonly record: SeriesRecord
}

export class MetricReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  findSeries({ account, region }: Shelf, { namespace, name }: Metric, id: string) {
    return this.look.get(series, account, region, namespace, name, id)
  }

  /** Series in the order of namespace and name; of one namespace, and in it one name, where given. */
  async listSeries(
    { account, region }: Shelf,
    within: readonly string[],
    options: ListOptions,
  ): Promise<Series[]> {
    return (await this.look.list(series, [account, region, ...within], options)).map(seriesIn)
  }

  /** Every series of every account, page by page, for the sweeper. */
  async everySeries(after: readonly string[] | undefined, itemsMax: number) {
    const items = await this.look.list(series, [], { after, itemsMax })
    return items.map((item) => ({ parts: item.parts, series: seriesIn(item) }))
  }

  /** About how many series an account's region has. */
  seriesCount({ account, region }: Shelf): Promise<number> {
    return this.look.counted(seriesCount, account, region)
  }

  /** What was measured from the first instant up to, not at, the second one; one point per minute and unit. */
  async readPoints(id: string, from: number, to: number): Promise<Point[]> {
    const found: Point[] = []
    let after: readonly (string | number)[] = [hourOf(from)]
    while (true) {
      const page = await this.look.list(points, [id], { after, itemsMax: recordsPerRead })
      for (const { record } of page) {
        for (const point of record.points) if (point.at >= from && point.at < to) found.push(point)
      }
      const last = page.at(-1)
      if (!last || page.length < recordsPerRead || Number(last.parts[1]) > to) break
      after = [last.parts[1] ?? '', last.parts[2] ?? '']
    }
    return gathered(found)
  }

  /** Whether anything was measured since. */
  async isActive(id: string, since: number): Promise<boolean> {
    const [last] = await this.look.list(points, [id], { itemsMax: 1, reverse: true })
    return (last?.record.points ?? []).some(({ at }) => at >= since)
  }

  /** Records of a series in the order of time, with their places. */
  listRecords(id: string, itemsMax: number): Promise<Item<PointsRecord>[]> {
    return this.look.list(points, [id], { itemsMax })
  }

  /** The records of one hour. */
  listHour(id: string, hour: number, itemsMax: number): Promise<Item<PointsRecord>[]> {
    return this.look.list(points, [id, hour], { itemsMax })
  }
}

function seriesIn({ parts, record }: Item<SeriesRecord>): Series {
  const [account = '', region = ''] = parts
  return { id: parts.at(-1) ?? '', shelf: { account, region } as Shelf, record }
}

export const hourOf = (at: number): number => Math.floor(at / hourMs)

export class MetricStore extends MetricReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  addSeries({ account, region }: Shelf, id: string, record: SeriesRecord): void {
    const { namespace, name } = record
    this.#attempt.put(series, [account, region, namespace, name, id], record)
    this.#attempt.count(1, seriesCount, account, region)
  }

  removeSeries({ id, shelf: { account, region }, record: { namespace, name } }: Series): void {
    this.#attempt.remove(series, account, region, namespace, name, id)
    this.#attempt.count(-1, seriesCount, account, region)
  }

  /** Adds points under an id that nothing else has: calls do not wait for each other. */
  addPoints(id: string, recordId: string, added: readonly Point[]): void {
    for (const [hour, some] of Map.groupBy(added, ({ at }) => hourOf(at))) {
      this.#attempt.put(points, [id, hour, recordId], { points: gathered(some) })
    }
  }

  removeRecord([id = '', hour = '', recordId = '']: readonly string[]): void {
    this.#attempt.remove(points, id, hour, recordId)
  }
}

/** The minute that holds an instant. */
export const minuteOf = (at: number): number => Math.floor(at / minuteMs) * minuteMs
