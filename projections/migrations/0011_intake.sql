-- What reached a platform's door, by the hour in which a tally begins: received = decided + replayed + denied + malformed +
-- throttled + failed.
CREATE TABLE intake_hour (
    platform  TEXT    NOT NULL, -- unknown: it named none that we know
    hour      INTEGER NOT NULL, -- start of the UTC hour
    tallies   INTEGER NOT NULL,
    received  INTEGER NOT NULL,
    decided   INTEGER NOT NULL,
    replayed  INTEGER NOT NULL,
    denied    INTEGER NOT NULL,
    malformed INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    failed    INTEGER NOT NULL,
    restarted INTEGER NOT NULL, -- tallies of a node that restarted: counts may be short
    uneven    INTEGER NOT NULL, -- tallies whose parts don't sum to what was received
    unsplit   INTEGER NOT NULL, -- tallies whose causes don't sum to what was denied
    last_no   INTEGER NOT NULL,
    PRIMARY KEY (platform, hour)
) STRICT, WITHOUT ROWID;

-- The denied ones by cause.
CREATE TABLE denial_hour (
    platform TEXT    NOT NULL,
    hour     INTEGER NOT NULL,
    cause    TEXT    NOT NULL,
    denied   INTEGER NOT NULL,
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (platform, hour, cause)
) STRICT, WITHOUT ROWID;

-- Look-ups of a course that found nothing.
CREATE TABLE lookup_missed (
    platform TEXT    NOT NULL,
    course   TEXT    NOT NULL, -- empty: none was named
    cause    TEXT    NOT NULL,
    hour     INTEGER NOT NULL,
    missed   INTEGER NOT NULL,
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (platform, course, cause, hour)
) STRICT, WITHOUT ROWID;

-- Well-formed purchases of a person or card that nobody knows.
CREATE TABLE unattributed (
    no          INTEGER PRIMARY KEY, -- number of the event
    platform    TEXT    NOT NULL,
    invoice     TEXT    NOT NULL,
    course      TEXT    NOT NULL,
    amount      INTEGER NOT NULL,    -- asked for, rupiah
    received_at INTEGER NOT NULL,
    reference   TEXT    NOT NULL,    -- nomor rujukan
    last_no     INTEGER NOT NULL
) STRICT;

-- indexes
CREATE INDEX IF NOT EXISTS intake_by_hour ON intake_hour (hour);
