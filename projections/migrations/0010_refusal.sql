-- One row for every attempt at a purchase that was decided, accepted or refused.
CREATE TABLE attempt (
    no          INTEGER PRIMARY KEY, -- number of the event
    subject     TEXT    NOT NULL,
    wave        INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    platform    TEXT    NOT NULL,
    institution TEXT    NOT NULL,    -- of the course, as it was then; empty if unknown
    course      TEXT    NOT NULL,
    invoice     TEXT    NOT NULL,
    token       TEXT    NOT NULL,    -- public part of the API token that it came with
    amount      INTEGER NOT NULL,    -- asked for, rupiah
    accepted    INTEGER NOT NULL,
    reason      TEXT    NOT NULL,    -- the primary one; empty if accepted
    final       INTEGER NOT NULL,    -- nobody can undo the reason
    reasons     TEXT    NOT NULL,    -- all that failed, check:REASON, primary first, one a line
    reference   TEXT    NOT NULL,    -- nomor rujukan
    last_no     INTEGER NOT NULL
) STRICT;

-- Attempts counted by everything that they are asked by. An empty reason counts the accepted ones.
CREATE TABLE attempt_slice (
    hour        INTEGER NOT NULL, -- start of the UTC hour of receipt
    platform    TEXT    NOT NULL,
    institution TEXT    NOT NULL,
    course      TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    last_no     INTEGER NOT NULL,
    PRIMARY KEY (hour, platform, institution, course, reason)
) STRICT, WITHOUT ROWID;

-- The same without course and institution: what most questions need.
CREATE TABLE attempt_hour (
    hour     INTEGER NOT NULL,
    platform TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    attempts INTEGER NOT NULL,
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (hour, platform, reason)
) STRICT, WITHOUT ROWID;

-- All attempts by reason, and what the counts were at marks, where the events behind the mark changed them.
CREATE TABLE reason_count (
    reason   TEXT    PRIMARY KEY,
    attempts INTEGER NOT NULL,
    last_no  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reason_count_past (
    reason   TEXT    NOT NULL,
    mark     INTEGER NOT NULL, -- number of events before it
    attempts INTEGER NOT NULL, -- before them
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (reason, mark)
) STRICT, WITHOUT ROWID;

-- indexes
CREATE INDEX IF NOT EXISTS attempt_by_time ON attempt (received_at);
CREATE INDEX IF NOT EXISTS attempt_by_reason ON attempt (reason, received_at);
CREATE INDEX IF NOT EXISTS attempt_by_course ON attempt (course, received_at);
CREATE INDEX IF NOT EXISTS attempt_by_institution ON attempt (institution, received_at);
