/** The tables of the embedded engine. Every row that means something is sealed; keys are readable. */
export const schemaVersion = 1

export const schema = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, link BLOB NOT NULL) STRICT;
  CREATE TABLE records (key TEXT PRIMARY KEY, row BLOB NOT NULL) STRICT;
  CREATE TABLE feed (seq INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (seq, key)) STRICT, WITHOUT ROWID;
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, link BLOB NOT NULL, batch BLOB NOT NULL) STRICT;
  CREATE TABLE counters (key TEXT PRIMARY KEY, total INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE stamps (key TEXT PRIMARY KEY, stamp INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

/** How many commits the feed reaches back. A reader that fell further behind drops its cache. */
export const feedTailMax = 100_000
