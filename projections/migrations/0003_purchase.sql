-- One row for every accepted purchase.
CREATE TABLE purchase (
    subject      TEXT    NOT NULL,
    platform     TEXT    NOT NULL,
    invoice      TEXT    NOT NULL,
    course       TEXT    NOT NULL,
    institution  TEXT    NOT NULL, -- of the course, as it was when it was bought
    wave         INTEGER NOT NULL,
    amount       INTEGER NOT NULL, -- rupiah
    suspense     INTEGER NOT NULL, -- of it, beyond the purse
    origin       TEXT    NOT NULL, -- decided, reported or migrated
    bought_no    INTEGER NOT NULL, -- number of the event
    bought_at    INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    voucher_at   INTEGER NOT NULL,
    cancelled_at INTEGER NOT NULL,
    cancelled_by TEXT    NOT NULL,
    refund_to    TEXT    NOT NULL,
    paid_at      INTEGER NOT NULL, -- to the platform
    paid         INTEGER NOT NULL, -- rupiah, sum of settlement lines
    last_no      INTEGER NOT NULL,
    PRIMARY KEY (subject, platform, invoice)
) STRICT, WITHOUT ROWID;

-- One row for every course of a person: its path from the voucher to the certificate.
CREATE TABLE training (
    subject            TEXT    NOT NULL,
    course             TEXT    NOT NULL,
    platform           TEXT    NOT NULL, -- and order number of the purchase that stands; empty if none does
    invoice            TEXT    NOT NULL,
    institution        TEXT    NOT NULL,
    wave               INTEGER NOT NULL,
    exchanged_at       INTEGER NOT NULL,
    exchange_refused   INTEGER NOT NULL, -- last refusal
    started_at         INTEGER NOT NULL,
    completed_at       INTEGER NOT NULL,
    by_institution_at  INTEGER NOT NULL, -- completion reported
    by_platform_at     INTEGER NOT NULL,
    issued_at          INTEGER NOT NULL, -- certificate, by the institution
    accepted_at        INTEGER NOT NULL, -- by the programme office
    refused_at         INTEGER NOT NULL, -- last refusal
    refused_reason     TEXT    NOT NULL,
    revoked_at         INTEGER NOT NULL,
    rated_at           INTEGER NOT NULL,
    reviewed_at        INTEGER NOT NULL,
    last_no            INTEGER NOT NULL,
    PRIMARY KEY (subject, course)
) STRICT, WITHOUT ROWID;

-- indexes
CREATE INDEX IF NOT EXISTS purchase_by_invoice ON purchase (invoice);
CREATE INDEX IF NOT EXISTS purchase_by_platform ON purchase (platform, bought_no);
CREATE INDEX IF NOT EXISTS purchase_by_course ON purchase (course, bought_no);
CREATE INDEX IF NOT EXISTS purchase_by_institution ON purchase (institution, bought_no);
CREATE INDEX IF NOT EXISTS purchase_by_number ON purchase (bought_no);
CREATE INDEX IF NOT EXISTS training_by_course ON training (course, subject);
CREATE INDEX IF NOT EXISTS training_by_institution ON training (institution, completed_at);
