-- Where a wave's money is, by purse: the totals that must never be mixed up.
CREATE TABLE wave_total (
    wave    INTEGER NOT NULL, -- 0: posted before a decree named the person
    item    TEXT    NOT NULL, -- as the items are listed in totals.go
    purse   TEXT    NOT NULL, -- empty where no purse is named
    acts    INTEGER NOT NULL, -- events
    amount  INTEGER NOT NULL, -- rupiah
    last_no INTEGER NOT NULL,
    PRIMARY KEY (wave, item, purse)
) STRICT, WITHOUT ROWID;

-- What a row of wave_total was at a mark, where the events behind the mark changed it.
CREATE TABLE wave_total_past (
    wave    INTEGER NOT NULL,
    item    TEXT    NOT NULL,
    purse   TEXT    NOT NULL,
    mark    INTEGER NOT NULL, -- number of events before it
    acts    INTEGER NOT NULL,
    amount  INTEGER NOT NULL,
    last_no INTEGER NOT NULL,
    PRIMARY KEY (wave, item, purse, mark)
) STRICT, WITHOUT ROWID;
