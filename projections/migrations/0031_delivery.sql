-- One row for every order, recorded or only paid for: numbers of the events that brought it further, -1 for none, so that it
-- can be told at any place of the log. Facts about a course without an order wait under an empty platform.
CREATE TABLE delivery (
    subject      TEXT    NOT NULL,
    platform     TEXT    NOT NULL,
    invoice      TEXT    NOT NULL,
    wave         INTEGER NOT NULL,
    course       TEXT    NOT NULL,
    amount       INTEGER NOT NULL, -- rupiah
    bought_at    INTEGER NOT NULL,
    bought_no    INTEGER NOT NULL,
    cancelled_no INTEGER NOT NULL,
    exchanged_no INTEGER NOT NULL,
    started_no   INTEGER NOT NULL,
    completed_no INTEGER NOT NULL,
    paid         INTEGER NOT NULL, -- to the platform, rupiah
    last_no      INTEGER NOT NULL,
    PRIMARY KEY (subject, platform, invoice)
) STRICT, WITHOUT ROWID;

-- What a settlement paid for an order.
CREATE TABLE payment (
    subject  TEXT    NOT NULL,
    platform TEXT    NOT NULL,
    invoice  TEXT    NOT NULL,
    no       INTEGER NOT NULL, -- number of the event
    amount   INTEGER NOT NULL, -- rupiah
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (subject, platform, invoice, no)
) STRICT, WITHOUT ROWID;

-- Orders counted by how far they came; a row that has become empty stays, with zeros.
CREATE TABLE delivery_sum (
    wave        INTEGER NOT NULL,
    platform    TEXT    NOT NULL,
    step        TEXT    NOT NULL, -- as the steps are listed in delivery.go
    orders      INTEGER NOT NULL, -- recorded ones
    amount      INTEGER NOT NULL, -- what they cost, rupiah
    paid_orders INTEGER NOT NULL,
    paid        INTEGER NOT NULL, -- to the platform, rupiah
    attended    INTEGER NOT NULL, -- of amount, where the training was begun or finished
    last_no     INTEGER NOT NULL,
    PRIMARY KEY (wave, platform, step)
) STRICT, WITHOUT ROWID;

-- What a row of delivery_sum was at a mark, where the events behind the mark changed it.
CREATE TABLE delivery_sum_past (
    wave        INTEGER NOT NULL,
    platform    TEXT    NOT NULL,
    step        TEXT    NOT NULL,
    mark        INTEGER NOT NULL, -- number of events before it
    orders      INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    paid_orders INTEGER NOT NULL,
    paid        INTEGER NOT NULL,
    attended    INTEGER NOT NULL,
    last_no     INTEGER NOT NULL,
    PRIMARY KEY (wave, platform, step, mark)
) STRICT, WITHOUT ROWID;
