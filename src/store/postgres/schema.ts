/** The tables in PostgreSQL, in a schema of their own. Every row that means something is sealed; keys are readable. */

/** Keys sort by their bytes, whatever the database's own order of words is. */
const first = `
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

/** What a program must know to commit here: each commit sees it, as it holds the head. */
const needs = 'ALTER TABLE strongroom.head ADD COLUMN needs int NOT NULL DEFAULT 1;'

/** Segments of the journal, and whose lock is the turn to cut or prune. To who knows neither they are nothing. */
const segments = `
  CREATE TABLE strongroom.segments (
    first bigint PRIMARY KEY, last bigint UNIQUE NOT NULL, name text NOT NULL, file bytea NOT NULL
  );
  ALTER TABLE strongroom.segments ALTER file SET STORAGE EXTERNAL;
  CREATE TABLE strongroom.cutter (one int PRIMARY KEY CHECK (one = 1));
  INSERT INTO strongroom.cutter VALUES (1);
`

/**
 * What each version of the tables has more than the one before. A step only adds, in such a way that a
 * program of the version before works on beside it; it is made use of once no such program is left.
 */
export const steps: readonly string[] = [first, needs, segments]

/** The version that this program knows. */
export const schemaVersion = steps.length

/** The version from which on batches may leave the journal's table: a program that knows less misses them. */
export const segmentsVersion = 3

/** How many commits the feed reaches back. A node that fell further behind drops its cache. */
export const feedTailMax = 100_000
