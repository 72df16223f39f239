-- One row for every course, as it was handed in last.
CREATE TABLE course (
    code         TEXT    PRIMARY KEY,
    title        TEXT    NOT NULL COLLATE NOCASE,
    institution  TEXT    NOT NULL,
    modality     TEXT    NOT NULL,
    submitted_at INTEGER NOT NULL, -- first time, in force; 0: offered or scheduled, but never handed in
    standings    INTEGER NOT NULL, -- rows in course_standing
    last_no      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A course's approval, event by event, and when each held.
CREATE TABLE course_standing (
    course      TEXT    NOT NULL,
    n           INTEGER NOT NULL,
    state       TEXT    NOT NULL, -- submitted, approved, rejected or withdrawn
    cause       TEXT    NOT NULL, -- of a rejection or withdrawal
    interactive INTEGER NOT NULL, -- approved as interactive
    under       TEXT    NOT NULL, -- policy version of the approval
    no          INTEGER NOT NULL, -- number of the event
    revision    INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    recorded_at INTEGER NOT NULL,
    in_force_at INTEGER NOT NULL,
    from_at     INTEGER NOT NULL, -- when it held; both 0: never, a later event was in force before it
    to_at       INTEGER NOT NULL, -- exclusive; 0: until further notice
    last_no     INTEGER NOT NULL,
    PRIMARY KEY (course, n)
) STRICT, WITHOUT ROWID;

-- A course on a platform.
CREATE TABLE course_platform (
    course   TEXT    NOT NULL,
    platform TEXT    NOT NULL,
    offers   INTEGER NOT NULL, -- rows in course_offer
    spans    INTEGER NOT NULL, -- rows in course_span that count; those behind are left over and say 0
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (course, platform)
) STRICT, WITHOUT ROWID;

-- Its offers there, event by event: the history of its price.
CREATE TABLE course_offer (
    course      TEXT    NOT NULL,
    platform    TEXT    NOT NULL,
    n           INTEGER NOT NULL,
    offered     INTEGER NOT NULL, -- 0: taken off
    price       INTEGER NOT NULL, -- rupiah
    no          INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    recorded_at INTEGER NOT NULL,
    in_force_at INTEGER NOT NULL,
    from_at     INTEGER NOT NULL,
    to_at       INTEGER NOT NULL,
    last_no     INTEGER NOT NULL,
    PRIMARY KEY (course, platform, n)
) STRICT, WITHOUT ROWID;

-- Classes.
CREATE TABLE course_schedule (
    course    TEXT    NOT NULL,
    schedule  TEXT    NOT NULL,
    starts_at INTEGER NOT NULL,
    capacity  INTEGER NOT NULL,
    opened_at INTEGER NOT NULL, -- in force
    closed_at INTEGER NOT NULL, -- in force
    last_no   INTEGER NOT NULL,
    PRIMARY KEY (course, schedule)
) STRICT, WITHOUT ROWID;

-- When a course could be found on a platform, by what is known now. Payable is this and service_span.
CREATE TABLE course_span (
    course   TEXT    NOT NULL,
    platform TEXT    NOT NULL,
    n        INTEGER NOT NULL,
    from_at  INTEGER NOT NULL,
    to_at    INTEGER NOT NULL, -- exclusive; 0: until further notice
    visible  INTEGER NOT NULL,
    reasons  TEXT    NOT NULL, -- why not, separated by spaces, the first leads
    stream   TEXT    NOT NULL, -- of the event that began it
    revision INTEGER NOT NULL,
    type     TEXT    NOT NULL,
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (course, platform, n)
) STRICT, WITHOUT ROWID;

-- One row for every platform.
CREATE TABLE platform (
    code       TEXT    PRIMARY KEY,
    name       TEXT    NOT NULL,
    joined_at  INTEGER NOT NULL, -- in force, last time
    left_at    INTEGER NOT NULL, -- in force; 0: partner
    ended_at   INTEGER NOT NULL, -- from when the partnership had ended, as the act says
    reports    INTEGER NOT NULL, -- lists of its own that it reported
    listed_at  INTEGER NOT NULL, -- when the last one was taken
    listed     INTEGER NOT NULL, -- courses in it, as it says
    spans      INTEGER NOT NULL, -- rows in service_span that count
    last_no    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a platform's own lists say of a course.
CREATE TABLE platform_listing (
    platform TEXT    NOT NULL,
    course   TEXT    NOT NULL,
    listed   INTEGER NOT NULL, -- 0: removed
    since_at INTEGER NOT NULL, -- when the list was taken that said so
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (platform, course)
) STRICT, WITHOUT ROWID;

-- When payments were open on a platform, whatever the course.
CREATE TABLE service_span (
    platform TEXT    NOT NULL,
    n        INTEGER NOT NULL,
    from_at  INTEGER NOT NULL,
    to_at    INTEGER NOT NULL,
    open     INTEGER NOT NULL,
    reasons  TEXT    NOT NULL,
    stream   TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    type     TEXT    NOT NULL,
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (platform, n)
) STRICT, WITHOUT ROWID;

-- indexes
CREATE INDEX IF NOT EXISTS course_by_title ON course (title, code);
CREATE INDEX IF NOT EXISTS course_by_institution ON course (institution, code);
