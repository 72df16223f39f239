-- One row for everybody who ever asked to buy and was refused: whom to call before their time is over.
CREATE TABLE tried (
    subject     TEXT    PRIMARY KEY,
    refused     INTEGER NOT NULL, -- attempts
    first_at    INTEGER NOT NULL, -- receipt of the first refused one
    last_at     INTEGER NOT NULL, -- and of the last
    last_reason TEXT    NOT NULL,
    platform    TEXT    NOT NULL, -- of the last
    last_no     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
