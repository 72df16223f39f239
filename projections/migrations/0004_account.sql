-- The trial balance, by wave where the money is or was a person's; wave 0 is the programme's own.
CREATE TABLE account (
    account TEXT    NOT NULL,
    wave    INTEGER NOT NULL,
    amount  INTEGER NOT NULL, -- rupiah; all rows sum to 0
    last_no INTEGER NOT NULL,
    PRIMARY KEY (account, wave)
) STRICT, WITHOUT ROWID;

-- What an account held at a mark, where the events behind the mark changed it: the balance at any event is the amount at
-- the first mark behind it, or today's, less what was posted in between.
CREATE TABLE account_past (
    account TEXT    NOT NULL,
    wave    INTEGER NOT NULL,
    mark    INTEGER NOT NULL, -- number of events before it
    amount  INTEGER NOT NULL, -- before them
    last_no INTEGER NOT NULL,
    PRIMARY KEY (account, wave, mark)
) STRICT, WITHOUT ROWID;
