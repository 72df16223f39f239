-- Where the models stand in the log. One row.
CREATE TABLE place (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    fingerprint   TEXT    NOT NULL, -- of the tables and folds that made this database
    store_id      TEXT    NOT NULL,
    incarnation   TEXT    NOT NULL,
    complete      INTEGER NOT NULL, -- 0 while a fresh database is built
    number        INTEGER NOT NULL, -- events folded: everything below is in the models
    position      TEXT    NOT NULL, -- the store's, of the last of them
    stream        TEXT    NOT NULL, -- of the last of them, with its revision and id: what is looked for when the runner goes on
    revision      INTEGER NOT NULL,
    event_id      TEXT    NOT NULL,
    recorded_max  INTEGER NOT NULL, -- latest recorded_at so far, microseconds
    foreign_count INTEGER NOT NULL
) STRICT;

-- Every so many events: how to get from a number or a time to a place in the store.
CREATE TABLE mark (
    number       INTEGER PRIMARY KEY, -- events before the mark
    position     TEXT    NOT NULL,    -- of the last of them
    recorded_max INTEGER NOT NULL     -- latest recorded_at among them, microseconds
) STRICT;

-- Types that this version can't read, counted and passed over.
CREATE TABLE unknown_type (
    type    TEXT PRIMARY KEY,
    count   INTEGER NOT NULL,
    last_no INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Streams that are left out from an event on, because a model failed on it.
CREATE TABLE quarantine (
    stream   TEXT PRIMARY KEY,
    revision INTEGER NOT NULL, -- of the event that failed
    number   INTEGER NOT NULL,
    type     TEXT    NOT NULL,
    cause    TEXT    NOT NULL,
    skipped  INTEGER NOT NULL, -- events left out so far
    last_no  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
