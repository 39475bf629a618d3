/** The tables in PostgreSQL, in a schema of their own. Every row that means something is sealed; keys are readable. */

export const schemaVersion = 1

/** Keys sort by their bytes, whatever the database's own order of words is. */
export const schema = `
  CREATE SCHEMA IF NOT EXISTS strongroom;
  CREATE TABLE strongroom.meta (name text PRIMARY KEY, body text NOT NULL);
  CREATE TABLE strongroom.head (
    one int PRIMARY KEY CHECK (one = 1), seq bigint NOT NULL, link bytea NOT NULL, feed_floor bigint NOT NULL
  );
  CREATE TABLE strongroom.records (key text COLLATE "C" PRIMARY KEY, row bytea NOT NULL);
  CREATE TABLE strongroom.feed (seq bigint, key text COLLATE "C", PRIMARY KEY (seq, key));
  CREATE TABLE strongroom.journal (
    seq bigint PRIMARY KEY, link bytea NOT NULL, batch bytea NOT NULL, token uuid NOT NULL
  );
  CREATE TABLE strongroom.counters (key text COLLATE "C" PRIMARY KEY, total bigint NOT NULL);
  CREATE TABLE strongroom.stamps (key text COLLATE "C" PRIMARY KEY, stamp bigint NOT NULL);
  ALTER TABLE strongroom.journal ALTER batch SET STORAGE EXTERNAL;
  ALTER TABLE strongroom.records ALTER row SET STORAGE EXTERNAL;
`

/** How many commits the feed reaches back. A node that fell further behind drops its cache. */
export const feedTailMax = 100_000
