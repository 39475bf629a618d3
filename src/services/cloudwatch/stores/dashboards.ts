/** The collection of dashboards, which belong to an account and to no region. */
import type { AccountId } from '../../../lib/brand.ts'
import type { Attempt, ListOptions, Look } from '../../../store/attempt.ts'
import { collection } from '../../../store/collection.ts'
import type { DashboardRecord } from '../records.ts'

const dashboards = collection<DashboardRecord>('dashboards')
const dashboardCount = 'dashboard-count'

export class DashboardReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  find(account: AccountId, name: string): DashboardRecord | undefined {
    return this.look.get(dashboards, account, name)
  }

  async list(account: AccountId, options: ListOptions): Promise<DashboardRecord[]> {
    const items = await this.look.list(dashboards, [account], options)
    return items.map(({ record }) => record)
  }

  count(account: AccountId): Promise<number> {
    return this.look.counted(dashboardCount, account)
  }
}

export class DashboardStore extends DashboardReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  put(account: AccountId, dashboard: DashboardRecord, isNew: boolean): void {
    this.#attempt.put(dashboards, [account, dashboard.name], dashboard)
    if (isNew) this.#attempt.count(1, dashboardCount, account)
  }

  remove(account: AccountId, { name }: DashboardRecord): void {
    this.#attempt.remove(dashboards, account, name)
    this.#attempt.count(-1, dashboardCount, account)
  }
}
