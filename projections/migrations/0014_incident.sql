-- One row for every incident: something that kept people from buying, or from being paid, for a cause that they don't own.
CREATE TABLE incident (
    id              TEXT    PRIMARY KEY, -- its kind and the number of the event that showed it
    kind            TEXT    NOT NULL,
    platform        TEXT    NOT NULL,    -- empty: all
    cause           TEXT    NOT NULL,    -- of the closing, the revocation, the denials; or what the screens showed
    token           TEXT    NOT NULL,    -- that was revoked
    started_at      INTEGER NOT NULL,
    ended_at        INTEGER NOT NULL,    -- 0: not over
    last_at         INTEGER NOT NULL,    -- last sign of it
    opened_no       INTEGER NOT NULL,
    opened_stream   TEXT    NOT NULL,
    opened_revision INTEGER NOT NULL,
    opened_type     TEXT    NOT NULL,
    ended_no        INTEGER NOT NULL,    -- -1: no event ended it
    ended_stream    TEXT    NOT NULL,
    ended_revision  INTEGER NOT NULL,
    ended_type      TEXT    NOT NULL,
    expected_until  TEXT    NOT NULL,    -- announced day, YYYY-MM-DD
    notice_id       TEXT    NOT NULL,    -- published sentence
    notice_en       TEXT    NOT NULL,
    refused         INTEGER NOT NULL,    -- attempts refused for it
    tried           INTEGER NOT NULL,    -- people behind them
    affected        INTEGER NOT NULL,    -- people whom nothing else kept from it
    stuck           INTEGER NOT NULL,    -- their money, rupiah
    denied          INTEGER NOT NULL,    -- requests turned away at the door for it
    complaints      INTEGER NOT NULL,
    last_no         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who tried in vain during an incident.
CREATE TABLE incident_person (
    incident TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    refused  INTEGER NOT NULL, -- attempts; complaints where the incident is known by them
    first_at INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    alone    INTEGER NOT NULL, -- at least once nothing else was in the way
    amount   INTEGER NOT NULL, -- the most that was asked for then, rupiah
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (incident, subject)
) STRICT, WITHOUT ROWID;

-- The events that an incident rests on: what opened and ended it, what was announced, who complained.
CREATE TABLE incident_event (
    incident TEXT    NOT NULL,
    no       INTEGER NOT NULL,
    stream   TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    type     TEXT    NOT NULL,
    happened INTEGER NOT NULL,
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (incident, no)
) STRICT, WITHOUT ROWID;

-- What the fold needs to know of the incidents that are not over. One row.
CREATE TABLE incident_open (
    one      INTEGER PRIMARY KEY,
    ids      TEXT    NOT NULL, -- one a line
    hour     INTEGER NOT NULL, -- that is being recorded
    scopes   TEXT    NOT NULL, -- platforms that ever sold, one a line
    last_no  INTEGER NOT NULL
) STRICT;

-- The last closing of payments, for all (empty) or one platform.
CREATE TABLE incident_closing (
    platform TEXT    PRIMARY KEY,
    incident TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    until    INTEGER NOT NULL, -- 0: not over
    last_no  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who could buy (buyers) or is owed an incentive (payees) at this place of the log: whom a closing or suspension touches.
CREATE TABLE waiting (
    pool    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    inside  INTEGER NOT NULL,
    amount  INTEGER NOT NULL, -- rupiah: the training balance, or what is owed
    left_no INTEGER NOT NULL, -- number of the event with which they were last out of it, -1: never in it before
    last_no INTEGER NOT NULL,
    PRIMARY KEY (pool, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE waiting_sum (
    pool    TEXT    PRIMARY KEY,
    people  INTEGER NOT NULL,
    amount  INTEGER NOT NULL,
    last_no INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is usual, to tell what is not: accepted purchases in the hour that is being recorded, of all (empty) or one platform ...
CREATE TABLE usual_now (
    platform TEXT    PRIMARY KEY,
    accepted INTEGER NOT NULL,
    last_no  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ... and in the same hour of the last days.
CREATE TABLE usual_hour (
    platform TEXT    NOT NULL,
    clock    INTEGER NOT NULL, -- hour of the day in WIB
    accepted TEXT    NOT NULL, -- counts, the latest last
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (platform, clock)
) STRICT, WITHOUT ROWID;

-- Requests turned away at a platform's door, in the last hour that was tallied and in those before.
CREATE TABLE usual_denied (
    platform TEXT    PRIMARY KEY,
    hour     INTEGER NOT NULL,
    denied   INTEGER NOT NULL, -- an hour
    recent   TEXT    NOT NULL, -- counts, the latest last
    last_no  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Complaints of the last day that no incident explains.
CREATE TABLE usual_complaint (
    shown    TEXT    NOT NULL,
    platform TEXT    NOT NULL,
    recent   TEXT    NOT NULL, -- one a line
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (shown, platform)
) STRICT, WITHOUT ROWID;

-- indexes
CREATE INDEX IF NOT EXISTS incident_by_start ON incident (started_at, id);
