-- One row for every person: where they stand. Their own history is in the log.
CREATE TABLE participant (
    subject           TEXT    PRIMARY KEY, -- random subject id
    state             TEXT    NOT NULL,    -- of the lifecycle, as the stages are listed in participants.go
    wave              INTEGER NOT NULL,    -- 0: not determined
    decree            TEXT    NOT NULL,
    policy            TEXT    NOT NULL,    -- whose entitlement was pinned
    determined_no     INTEGER NOT NULL,    -- number of the event since which the person has a wave; -1: none
    determined_at     INTEGER NOT NULL,
    notified_at       INTEGER NOT NULL,
    data_at           INTEGER NOT NULL,
    card_at           INTEGER NOT NULL,
    credited_at       INTEGER NOT NULL,
    training          INTEGER NOT NULL,    -- balances, rupiah
    job_search        INTEGER NOT NULL,
    survey            INTEGER NOT NULL,
    committed         INTEGER NOT NULL,    -- allocated, neither credited nor released
    in_transit        INTEGER NOT NULL,
    attempts          INTEGER NOT NULL,    -- purchases that were decided
    refused           INTEGER NOT NULL,
    refused_at        INTEGER NOT NULL,    -- of the last refused one
    refused_reason    TEXT    NOT NULL,
    purchases         INTEGER NOT NULL,    -- that stand
    bought            INTEGER NOT NULL,    -- sum of those, rupiah
    orders            TEXT    NOT NULL,    -- platform/invoice of all, cancelled ones too, in order, one a line
    first_bought_at   INTEGER NOT NULL,    -- the first that counts for the deadline
    first_course      TEXT    NOT NULL,    -- the first that stands: the one that earns incentives
    certified_at      INTEGER NOT NULL,    -- certificate of any course accepted
    incentives_paid   INTEGER NOT NULL,
    incentives_amount INTEGER NOT NULL,
    held_at           INTEGER NOT NULL,
    revoked_at        INTEGER NOT NULL,
    revoked_for       TEXT    NOT NULL,
    blacklisted_at    INTEGER NOT NULL,
    lapsed_at         INTEGER NOT NULL,
    returned          INTEGER NOT NULL,
    demanded          INTEGER NOT NULL,
    repaid            INTEGER NOT NULL,
    erased_at         INTEGER NOT NULL,
    last_no           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- indexes
CREATE INDEX IF NOT EXISTS participant_by_wave ON participant (wave, state);
CREATE INDEX IF NOT EXISTS participant_by_state ON participant (state);
