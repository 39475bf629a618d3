/** The agent's log: lines for people on standard error. No value, key or token gets here. */
import { type LogLevel, logLevels } from './settings.ts'

export interface Log {
  debug(words: string): void
  info(words: string): void
  warn(words: string): void
  error(words: string): void
}

/** @param least what is less important is not written */
export function logTo(write: (line: string) => void, least: () => LogLevel): Log {
  const at = (level: LogLevel) => (words: string) => {
    if (logLevels.indexOf(level) >= logLevels.indexOf(least())) {
      write(`${level.toUpperCase()} ${words.replace(/\p{Cc}+/gu, ' ')}\n`)
    }
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Says a thing when it begins and when it changes, not each time that it is so. */
export class Refrain {
  #last: string | undefined

  /** @returns whether these words are news */
  isNews(words: string | undefined): boolean {
    const isNews = this.#last !== words
    this.#last = words
    return isNews
  }
}
