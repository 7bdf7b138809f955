-- What the books say of themselves, and what is sold. One statement a step; a step that has been released is never
-- changed. Instants are microseconds since 1970. `n` is a row's number within this file: short, so that what points
-- at it is short.

-- step 1
CREATE TABLE meta (
    one             INTEGER PRIMARY KEY CHECK (one = 1),
    installation_id BLOB    NOT NULL,
    restore_epoch   INTEGER NOT NULL,
    chain_length    INTEGER NOT NULL,
    chain_hash      BLOB    NOT NULL
) STRICT;

-- step 2: each commit advances its lane; `at` is the last instant that the books know
CREATE TABLE lanes (
    lane     INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

-- step 3
INSERT INTO lanes (lane, sequence, at) VALUES (1, 0, 0);

-- step 4
CREATE TABLE products (
    n               INTEGER PRIMARY KEY,
    id              BLOB    NOT NULL UNIQUE,
    code            TEXT    NOT NULL UNIQUE,
    name            TEXT    NOT NULL,
    minimum_version TEXT,
    features        TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;

-- step 5
CREATE TABLE customers (
    n            INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    external_id  TEXT    UNIQUE,
    metadata     TEXT    NOT NULL,
    contacts     TEXT    NOT NULL,
    locale       TEXT,
    time_zone    TEXT,
    revision     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    chain_length INTEGER NOT NULL,
    chain_hash   BLOB    NOT NULL
) STRICT;

-- step 6: `serial_folded` is the number as it is compared
CREATE TABLE licenses (
    n             INTEGER PRIMARY KEY,
    id            BLOB    NOT NULL UNIQUE,
    customer      INTEGER NOT NULL REFERENCES customers,
    product       INTEGER NOT NULL REFERENCES products,
    serial_number TEXT    NOT NULL,
    serial_folded TEXT    NOT NULL UNIQUE,
    model         INTEGER NOT NULL,
    grants        TEXT    NOT NULL,
    features      TEXT    NOT NULL,
    term          TEXT    NOT NULL,
    policy        TEXT    NOT NULL,
    status        INTEGER NOT NULL,
    status_reason TEXT,
    legacy        INTEGER,
    external_id   TEXT,
    metadata      TEXT    NOT NULL,
    revision      INTEGER NOT NULL,
    ever_blocked  INTEGER NOT NULL,
    resumed_at    INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;

-- step 7
CREATE INDEX licenses_of_customer ON licenses (customer);

-- step 8
CREATE INDEX licenses_by_external_id ON licenses (external_id) WHERE external_id IS NOT NULL;

-- step 9: revoked ones, whose seats are freed in steps
CREATE INDEX licenses_revoked ON licenses (status) WHERE status = 3;

-- step 10: Capacity, enforced again
CREATE TABLE counters (
    license      INTEGER PRIMARY KEY REFERENCES licenses,
    in_use       INTEGER NOT NULL CHECK (in_use >= 0),
    ceiling      INTEGER NOT NULL,
    devices      INTEGER NOT NULL,
    moves        INTEGER NOT NULL,
    moves_since  INTEGER,
    chain_length INTEGER NOT NULL,
    chain_hash   BLOB    NOT NULL,
    CHECK (in_use <= ceiling)
) STRICT;

-- step 11
CREATE TABLE keys (
    n              INTEGER PRIMARY KEY,
    id             BLOB    NOT NULL UNIQUE,
    license        INTEGER NOT NULL REFERENCES licenses,
    label          TEXT    NOT NULL,
    hash           BLOB    NOT NULL UNIQUE,
    sealed         BLOB    NOT NULL,
    hint           TEXT    NOT NULL,
    activate_until INTEGER,
    open_until     INTEGER,
    refresh_until  INTEGER,
    created_at     INTEGER NOT NULL
) STRICT;

-- step 12
CREATE INDEX keys_of_license ON keys (license);
