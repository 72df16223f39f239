-- Codes that people read out: what each stands for is the event, in the log. Written in the order of the log, so that it costs
-- little; found by the index. Voucher and certificate numbers are never in the log: their last four characters are.
CREATE TABLE search_code (
    no       INTEGER NOT NULL, -- number of the event
    n        INTEGER NOT NULL, -- of several that it names
    kind     TEXT    NOT NULL, -- reference, invoice, voucher, certificate, token, schedule, decree, case
    code     TEXT    NOT NULL COLLATE NOCASE,
    stream   TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    last_no  INTEGER NOT NULL,
    PRIMARY KEY (no, n)
) STRICT, WITHOUT ROWID;

-- Names that people remember by half: of courses, institutions and platforms, as they are now.
CREATE TABLE search_name (
    kind    TEXT    NOT NULL, -- course, institution, platform
    code    TEXT    NOT NULL,
    id      INTEGER NOT NULL, -- number of the event that named it first
    name    TEXT    NOT NULL,
    folded  TEXT    NOT NULL, -- lower case, letters and digits, one space before, between and behind the words
    last_no INTEGER NOT NULL,
    PRIMARY KEY (kind, code)
) STRICT, WITHOUT ROWID;

-- The index of the names by every three letters. It holds nothing of its own: it follows search_name, row by row, and is no
-- part of what two databases are compared by.
CREATE VIRTUAL TABLE search_name_fts USING fts5(folded, content='', contentless_delete=1, tokenize='trigram');

CREATE TRIGGER search_name_follow AFTER INSERT ON search_name BEGIN
    INSERT OR REPLACE INTO search_name_fts (rowid, folded) VALUES (new.id, new.folded);
END;

-- indexes
CREATE INDEX IF NOT EXISTS search_code_by_code ON search_code (kind, code, no);
CREATE UNIQUE INDEX IF NOT EXISTS search_name_by_id ON search_name (id);
CREATE INDEX IF NOT EXISTS search_name_by_folded ON search_name (folded);
