-- What is written down: refusals, events, tokens, answers, attempts.

-- step 30
CREATE TABLE denials (
    n            INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    license      INTEGER NOT NULL REFERENCES licenses,
    holder       BLOB    NOT NULL,
    activation   INTEGER REFERENCES activations,
    user_folded  TEXT,
    user_written TEXT,
    device_name  TEXT,
    os_session   TEXT,
    salt         BLOB,
    version      TEXT    NOT NULL,
    code         TEXT    NOT NULL,
    detail       TEXT    NOT NULL,
    tries        INTEGER NOT NULL,
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    seats        INTEGER NOT NULL,
    in_use       INTEGER NOT NULL,
    outcome_at   INTEGER,
    outcome      INTEGER
) STRICT;

-- step 31: a holder has one open episode
CREATE UNIQUE INDEX denials_open ON denials (license, holder) WHERE outcome_at IS NULL;

-- step 32
CREATE INDEX denials_of_user ON denials (license, user_folded);

-- step 33: for removing what is old
CREATE INDEX denials_by_last ON denials (last_at);

-- step 34: `number` is the place on the lane, of which one writer has one; `stream` is the `n` of a licence (kind 0) or
-- of a customer (kind 1), or 0 (kind 2). Texts are packed (pack.rs)
CREATE TABLE events (
    number        INTEGER PRIMARY KEY,
    stream_kind   INTEGER NOT NULL,
    stream        INTEGER NOT NULL,
    stream_number INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    kind          BLOB    NOT NULL,
    actor         BLOB    NOT NULL,
    body          BLOB    NOT NULL,
    hash          BLOB    NOT NULL
) STRICT;

-- step 35: ends in the place on the lane, for following one customer's events from a place. That a stream's numbers
-- are unique follows from its chain, which `check` recomputes
CREATE INDEX events_of_stream ON events (stream, stream_kind);

-- step 36: `customer_id` is whole, not a number that a join could lose: a token without it sees everything
CREATE TABLE tokens (
    n           INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    label       TEXT    NOT NULL,
    role        INTEGER NOT NULL,
    customer_id BLOB,
    hash        BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    revoked_at  INTEGER
) STRICT;

-- step 37
CREATE TABLE signing_keys (
    n           INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    kid         TEXT    NOT NULL UNIQUE,
    public      BLOB    NOT NULL,
    sealed      BLOB    NOT NULL,
    certificate TEXT    NOT NULL,
    stage       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    retired_at  INTEGER
) STRICT;

-- step 38: the owner of the machine has no token and answers under the nil id
CREATE TABLE answered (
    token_id BLOB    NOT NULL,
    key      TEXT    NOT NULL,
    request  BLOB    NOT NULL,
    answer   TEXT    NOT NULL,
    sealed   BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (token_id, key)
) STRICT, WITHOUT ROWID;

-- step 39
CREATE INDEX answered_by_time ON answered (at);

-- step 40
CREATE TABLE attempts (
    address  TEXT    NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    since    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- step 41
CREATE INDEX attempts_by_time ON attempts (since);
