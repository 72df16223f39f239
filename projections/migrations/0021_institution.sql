-- One row for every training institution: its standing and its record.
CREATE TABLE institution (
    code         TEXT    PRIMARY KEY,
    name         TEXT    NOT NULL COLLATE NOCASE,
    affiliated   TEXT    NOT NULL, -- platform of the same owner
    standings    INTEGER NOT NULL, -- rows in institution_standing
    courses      INTEGER NOT NULL, -- handed in at least once
    purchases    INTEGER NOT NULL, -- accepted, cancelled ones too
    bought       INTEGER NOT NULL, -- rupiah, of those
    cancelled    INTEGER NOT NULL,
    refunded     INTEGER NOT NULL, -- rupiah, of those
    refused      INTEGER NOT NULL, -- attempts to buy its courses that were refused
    completed    INTEGER NOT NULL, -- trainings completed
    reported     INTEGER NOT NULL, -- completions that it reported
    report_late  INTEGER NOT NULL, -- of those, beyond the policy's usual working days
    issued       INTEGER NOT NULL, -- certificates, by the institution
    accepted     INTEGER NOT NULL, -- by the programme office, first time
    verify_late  INTEGER NOT NULL, -- of those, beyond the usual working days behind the platform's report
    turned_down  INTEGER NOT NULL, -- examinations that ended with a refusal
    revoked      INTEGER NOT NULL,
    last_no      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Its approval, event by event, and when each held.
CREATE TABLE institution_standing (
    institution TEXT    NOT NULL,
    n           INTEGER NOT NULL,
    state       TEXT    NOT NULL, -- approved, suspended or removed
    no          INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    recorded_at INTEGER NOT NULL,
    in_force_at INTEGER NOT NULL,
    from_at     INTEGER NOT NULL,
    to_at       INTEGER NOT NULL,
    last_no     INTEGER NOT NULL,
    PRIMARY KEY (institution, n)
) STRICT, WITHOUT ROWID;

-- Whose course is whose: an institution's course is counted once however often it is handed in.
CREATE TABLE institution_course (
    institution TEXT    NOT NULL,
    course      TEXT    NOT NULL,
    last_no     INTEGER NOT NULL,
    PRIMARY KEY (institution, course)
) STRICT, WITHOUT ROWID;

-- Whole days in WIB from completion to accepted certificate, counted.
CREATE TABLE institution_days (
    institution TEXT    NOT NULL,
    days        INTEGER NOT NULL, -- below 0: accepted before the day of completion, as reported
    count       INTEGER NOT NULL,
    last_no     INTEGER NOT NULL,
    PRIMARY KEY (institution, days)
) STRICT, WITHOUT ROWID;

-- indexes
CREATE INDEX IF NOT EXISTS institution_by_name ON institution (name, code);
CREATE INDEX IF NOT EXISTS training_by_acceptance ON training (accepted_at, completed_at);
CREATE INDEX IF NOT EXISTS training_revoked ON training (revoked_at) WHERE revoked_at > 0;
