-- One row for every incentive of a person.
CREATE TABLE incentive (
    subject       TEXT    NOT NULL,
    kind          TEXT    NOT NULL, -- job_search or survey
    n             INTEGER NOT NULL,
    wave          INTEGER NOT NULL,
    state         TEXT    NOT NULL, -- as the states are listed in incentives.go
    amount        INTEGER NOT NULL, -- rupiah
    due           TEXT    NOT NULL, -- day that was promised, YYYY-MM-DD; empty: none
    pay_by        TEXT    NOT NULL, -- last day on which a payment is not late, by the usual clock of the policy
    partner       TEXT    NOT NULL, -- that was instructed, or that paid
    instruction   TEXT    NOT NULL, -- the last one
    code          TEXT    NOT NULL, -- the partner's, of the last failure
    group_ref     TEXT    NOT NULL, -- group that it was rechecked with
    attempts      INTEGER NOT NULL, -- instructions so far
    scheduled_at  INTEGER NOT NULL,
    instructed_at INTEGER NOT NULL, -- last
    failed_at     INTEGER NOT NULL, -- last
    reviewed_at   INTEGER NOT NULL, -- last
    disbursed_at  INTEGER NOT NULL,
    last_no       INTEGER NOT NULL,
    PRIMARY KEY (subject, kind, n)
) STRICT, WITHOUT ROWID;

-- One row for every survey of a person.
CREATE TABLE survey (
    subject   TEXT    NOT NULL,
    n         INTEGER NOT NULL,
    wave      INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    filled_at INTEGER NOT NULL,
    closes_on TEXT    NOT NULL, -- YYYY-MM-DD
    last_no   INTEGER NOT NULL,
    PRIMARY KEY (subject, n)
) STRICT, WITHOUT ROWID;

-- Incentives counted by what they are asked for; a row that has become empty stays, with zeros.
CREATE TABLE incentive_sum (
    wave       INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    partner    TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    due        TEXT    NOT NULL,
    pay_by     TEXT    NOT NULL,
    incentives INTEGER NOT NULL,
    amount     INTEGER NOT NULL, -- rupiah
    last_no    INTEGER NOT NULL,
    PRIMARY KEY (wave, kind, state, partner, code, due, pay_by)
) STRICT, WITHOUT ROWID;

-- What a row of incentive_sum was at a mark, where the events behind the mark changed it.
CREATE TABLE incentive_sum_past (
    wave       INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    partner    TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    due        TEXT    NOT NULL,
    pay_by     TEXT    NOT NULL,
    mark       INTEGER NOT NULL, -- number of events before it
    incentives INTEGER NOT NULL,
    amount     INTEGER NOT NULL,
    last_no    INTEGER NOT NULL,
    PRIMARY KEY (wave, kind, state, partner, code, due, pay_by, mark)
) STRICT, WITHOUT ROWID;

-- indexes
CREATE INDEX IF NOT EXISTS incentive_by_state ON incentive (state, due);
CREATE INDEX IF NOT EXISTS incentive_by_pay_by ON incentive (pay_by) WHERE state <> 'disbursed';
