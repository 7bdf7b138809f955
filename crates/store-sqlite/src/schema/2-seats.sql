-- Devices, sessions and what shuts somebody out. A live session with its checkout, their indexes and its event is to
-- stay within 500 bytes: partial indexes, no name twice, and nothing that another column says.

-- step 13: names are in their four columns everywhere; `user_written` stands only where it differs from `user_folded`
CREATE TABLE activations (
    n            INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    license      INTEGER NOT NULL REFERENCES licenses,
    user_folded  TEXT,
    user_written TEXT,
    device_name  TEXT,
    os_session   TEXT,
    salt         BLOB,
    os           TEXT    NOT NULL,
    fingerprint  TEXT    NOT NULL,
    activated_at INTEGER NOT NULL,
    ended_at     INTEGER,
    end_reason   INTEGER
) STRICT;

-- step 14
CREATE INDEX activations_of_license ON activations (license);

-- step 15
CREATE INDEX activations_ended ON activations (ended_at) WHERE ended_at IS NOT NULL;

-- step 16: each hash of each device, to know it again by
CREATE TABLE devices (
    license    INTEGER NOT NULL REFERENCES licenses,
    hash       TEXT    NOT NULL,
    activation INTEGER NOT NULL REFERENCES activations,
    PRIMARY KEY (license, hash, activation)
) STRICT, WITHOUT ROWID;

-- step 17
CREATE TABLE installations (
    n            INTEGER PRIMARY KEY,
    activation   INTEGER NOT NULL REFERENCES activations,
    id           BLOB    NOT NULL,
    key          INTEGER NOT NULL REFERENCES keys,
    generation   INTEGER NOT NULL,
    activated_at INTEGER NOT NULL,
    UNIQUE (activation, id)
) STRICT;

-- step 18
CREATE INDEX installations_of_key ON installations (key);

-- step 19
CREATE TABLE sessions (
    n             INTEGER PRIMARY KEY,
    id            BLOB    NOT NULL UNIQUE,
    license       INTEGER NOT NULL REFERENCES licenses,
    activation    INTEGER NOT NULL REFERENCES activations,
    holder        BLOB    NOT NULL,
    user_folded   TEXT,
    user_written  TEXT,
    device_name   TEXT,
    os_session    TEXT,
    salt          BLOB,
    version       TEXT    NOT NULL,
    address       TEXT,
    checkouts     INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    reclaim_hint  INTEGER NOT NULL,
    copy_ended_at INTEGER,
    ended_at      INTEGER,
    end_reason    INTEGER,
    overlap_until INTEGER
) STRICT;

-- step 20: One holder, one seat, enforced again
CREATE UNIQUE INDEX sessions_of_holder ON sessions (license, holder) WHERE ended_at IS NULL;

-- step 21: what may be due back, soonest first
CREATE INDEX sessions_by_hint ON sessions (license, reclaim_hint) WHERE ended_at IS NULL;

-- step 22
CREATE INDEX sessions_on_device ON sessions (activation) WHERE ended_at IS NULL;

-- step 23: whom a block ends
CREATE INDEX sessions_of_user ON sessions (license, user_folded) WHERE ended_at IS NULL;

-- step 24: whose names may have to be erased. Apart from the live ones, which are then found without walking past
-- those that are over
CREATE INDEX sessions_past ON sessions (license, user_folded) WHERE ended_at IS NOT NULL;

-- step 25: for removing what is old
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- step 26: its installation says which device it is on; `joined_from` says it again where its session was started on
-- another
CREATE TABLE checkouts (
    id           BLOB    NOT NULL PRIMARY KEY,
    session      INTEGER NOT NULL REFERENCES sessions,
    joined_from  INTEGER REFERENCES activations,
    installation INTEGER NOT NULL REFERENCES installations,
    presented    INTEGER NOT NULL,
    given        INTEGER NOT NULL,
    odd          INTEGER NOT NULL,
    lease_until  INTEGER NOT NULL,
    grace_until  INTEGER NOT NULL,
    back_by      INTEGER,
    refreshed_at INTEGER NOT NULL,
    ended_at     INTEGER,
    end_reason   INTEGER
) STRICT, WITHOUT ROWID;

-- step 27
CREATE INDEX checkouts_of_session ON checkouts (session);

-- step 28: copies on a device whose sessions were started on another
CREATE INDEX checkouts_joined ON checkouts (joined_from) WHERE joined_from IS NOT NULL AND ended_at IS NULL;

-- step 29: one of `user_folded` and `activation` says whom
CREATE TABLE blocks (
    id          BLOB    NOT NULL PRIMARY KEY,
    license     INTEGER NOT NULL REFERENCES licenses,
    user_folded TEXT,
    activation  INTEGER REFERENCES activations,
    reason      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (license, user_folded),
    UNIQUE (license, activation),
    CHECK ((user_folded IS NULL) <> (activation IS NULL))
) STRICT, WITHOUT ROWID;
