/** What commands print: lines that people read and programs cut. */

/** Names come from callers: nothing in them may steer a terminal. */
export const plain = (text: string): string => String(text).replace(/\p{Cc}/gu, '?')

/** The cells of one line, two blanks apart. */
export const line = (...cells: readonly string[]): string => `${cells.map(plain).join('  ')}\n`

/** As a shell wants a path. */
export const quoted = (path: string): string =>
  /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
