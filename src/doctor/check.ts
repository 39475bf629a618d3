/** One thing that the doctor looked at: well, or what is wrong and how to mend it, in one sentence. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warning' | 'failure'
  readonly words: string
}

export const well = (name: string, words: string): Check => ({ name, state: 'ok', words })
export const warning = (name: string, words: string): Check => ({ name, state: 'warning', words })
export const failure = (name: string, words: string): Check => ({ name, state: 'failure', words })

/** The worst of several, or that all is well. */
export const worstOf = (name: string, found: readonly Check[], words: string): Check =>
  found.find(({ state }) => state === 'failure') ?? found[0] ?? well(name, words)
