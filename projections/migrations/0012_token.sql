-- One row for every API token that was issued, or that requests came with. What it is worth at a moment is computed when asked.
CREATE TABLE token (
    platform     TEXT    NOT NULL,
    token        TEXT    NOT NULL, -- its public part
    issued_at    INTEGER NOT NULL, -- 0: requests came with it, nobody issued it
    expires_at   INTEGER NOT NULL,
    predecessor  TEXT    NOT NULL, -- the token that it replaced
    successor    TEXT    NOT NULL, -- the token that replaced it
    rotated_at   INTEGER NOT NULL,
    grace_until  INTEGER NOT NULL, -- until when it works beside its successor
    revoked_at   INTEGER NOT NULL,
    revoked_for  TEXT    NOT NULL,
    attempts     INTEGER NOT NULL, -- decided, that came with it
    refused      INTEGER NOT NULL, -- of them
    used_at      INTEGER NOT NULL, -- receipt of the last of them
    denied       INTEGER NOT NULL, -- turned away at the door, in tallies that name it
    denied_at    INTEGER NOT NULL, -- start of the last of those
    last_no      INTEGER NOT NULL,
    PRIMARY KEY (platform, token)
) STRICT, WITHOUT ROWID;
