-- What happened per day in Western Indonesian Time and wave: as recorded, and as it is said to have happened. Certified
-- totals are by position, never by effective date.
CREATE TABLE daily (
    day              TEXT    NOT NULL, -- YYYY-MM-DD, WIB
    wave             INTEGER NOT NULL, -- of the person, 0: not determined
    item             TEXT    NOT NULL, -- as the items are listed in daily.go
    recorded         INTEGER NOT NULL, -- events recorded on the day
    recorded_amount  INTEGER NOT NULL, -- rupiah
    effective        INTEGER NOT NULL, -- events said to have happened on the day
    effective_amount INTEGER NOT NULL,
    last_no          INTEGER NOT NULL,
    PRIMARY KEY (day, wave, item)
) STRICT, WITHOUT ROWID;
