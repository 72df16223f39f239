-- The trial balance: what went into and out of every account, by wave where the money is or was a person's; wave 0 is the
-- programme's own, and what was posted to people before a decree named them.
CREATE TABLE account (
    account  TEXT    NOT NULL,
    wave     INTEGER NOT NULL,
    debited  INTEGER NOT NULL, -- rupiah, sum of what went in
    credited INTEGER NOT NULL, -- and of what went out; over all rows both are the same
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (account, wave)
) STRICT, WITHOUT ROWID;

-- What a row of account was at a mark, where the events behind the mark changed it: at any mark a row was what stands at the
-- first mark from there on, or today's.
CREATE TABLE account_past (
    account  TEXT    NOT NULL,
    wave     INTEGER NOT NULL,
    mark     INTEGER NOT NULL, -- number of events before it
    debited  INTEGER NOT NULL,
    credited INTEGER NOT NULL,
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (account, wave, mark)
) STRICT, WITHOUT ROWID;

-- indexes
CREATE INDEX IF NOT EXISTS mark_by_time ON mark (recorded_max, number);
