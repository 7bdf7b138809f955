-- What the books say of themselves, and what is sold. One statement a step; a step that has been released is never
-- changed, and a number makes the same here and in the embedded store. Instants are microseconds since 1970.

-- step 1
CREATE TABLE meta (
    one             BIGINT PRIMARY KEY CHECK (one = 1),
    installation_id UUID   NOT NULL,
    restore_epoch   BIGINT NOT NULL,
    chain_length    BIGINT NOT NULL,
    chain_hash      BYTEA  NOT NULL
);

-- step 2: each commit advances its lane; `at` is the last instant that the books know. A lane is the owner's until
-- `held_until`, by the database's clock; `batch` counts its commits, and tells whether one of them stands
CREATE TABLE lanes (
    lane       BIGINT PRIMARY KEY,
    sequence   BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    batch      BIGINT NOT NULL,
    owner      UUID   NOT NULL,
    held_until BIGINT NOT NULL
) WITH (fillfactor = 20);

-- step 3
INSERT INTO lanes (lane, sequence, at, batch, owner, held_until)
    VALUES (1, 0, 0, 0, '00000000-0000-0000-0000-000000000000', 0);

-- step 4
CREATE TABLE products (
    id              UUID   PRIMARY KEY,
    code            TEXT   NOT NULL UNIQUE,
    name            TEXT   NOT NULL,
    minimum_version TEXT,
    features        TEXT   NOT NULL,
    revision        BIGINT NOT NULL,
    created_at      BIGINT NOT NULL
);

-- step 5
CREATE TABLE customers (
    id           UUID   PRIMARY KEY,
    name         TEXT   NOT NULL,
    external_id  TEXT   UNIQUE,
    metadata     TEXT   NOT NULL,
    contacts     TEXT   NOT NULL,
    locale       TEXT,
    time_zone    TEXT,
    revision     BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    chain_length BIGINT NOT NULL,
    chain_hash   BYTEA  NOT NULL
);

-- step 6: `serial_folded` is the number as it is compared
CREATE TABLE licenses (
    id            UUID   PRIMARY KEY,
    customer      UUID   NOT NULL REFERENCES customers,
    product       UUID   NOT NULL REFERENCES products,
    serial_number TEXT   NOT NULL,
    serial_folded TEXT   NOT NULL UNIQUE,
    model         BIGINT NOT NULL,
    grants        TEXT   NOT NULL,
    features      TEXT   NOT NULL,
    term          TEXT   NOT NULL,
    policy        TEXT   NOT NULL,
    status        BIGINT NOT NULL,
    status_reason TEXT,
    legacy        BIGINT,
    external_id   TEXT,
    metadata      TEXT   NOT NULL,
    revision      BIGINT NOT NULL,
    ever_blocked  BOOLEAN NOT NULL,
    resumed_at    BIGINT,
    created_at    BIGINT NOT NULL
);

-- step 7
CREATE INDEX licenses_of_customer ON licenses (customer);

-- step 8
CREATE INDEX licenses_by_external_id ON licenses (external_id) WHERE external_id IS NOT NULL;

-- step 9: revoked ones, whose seats are freed in steps
CREATE INDEX licenses_revoked ON licenses (status) WHERE status = 3;

-- step 10: Capacity, enforced again. The row is what a batch locks, so it points at nothing: a foreign key would lock the
-- licence's row with it
CREATE TABLE counters (
    license      UUID   PRIMARY KEY,
    in_use       BIGINT NOT NULL CHECK (in_use >= 0),
    ceiling      BIGINT NOT NULL,
    devices      BIGINT NOT NULL,
    moves        BIGINT NOT NULL,
    moves_since  BIGINT,
    chain_length BIGINT NOT NULL,
    chain_hash   BYTEA  NOT NULL,
    CHECK (in_use <= ceiling)
) WITH (fillfactor = 50);

-- step 11
CREATE TABLE keys (
    id             UUID   PRIMARY KEY,
    license        UUID   NOT NULL REFERENCES licenses,
    label          TEXT   NOT NULL,
    hash           BYTEA  NOT NULL UNIQUE,
    sealed         BYTEA  NOT NULL,
    hint           TEXT   NOT NULL,
    activate_until BIGINT,
    open_until     BIGINT,
    refresh_until  BIGINT,
    created_at     BIGINT NOT NULL
);

-- step 12
CREATE INDEX keys_of_license ON keys (license);
