-- Devices, sessions and what shuts somebody out. Rows that come and go by the thousand have no foreign keys, which cost
-- a query a row: their parents never go, and `check` looks.

-- step 13: names are in their four columns everywhere; `user_written` stands only where it differs from `user_folded`
CREATE TABLE activations (
    id           UUID   PRIMARY KEY,
    license      UUID   NOT NULL,
    user_folded  TEXT,
    user_written TEXT,
    device_name  TEXT,
    os_session   TEXT,
    salt         BYTEA,
    os           TEXT   NOT NULL,
    fingerprint  TEXT   NOT NULL,
    activated_at BIGINT NOT NULL,
    ended_at     BIGINT,
    end_reason   BIGINT
);

-- step 14
CREATE INDEX activations_of_license ON activations (license);

-- step 15
CREATE INDEX activations_ended ON activations (ended_at) WHERE ended_at IS NOT NULL;

-- step 16: each hash of each device, to know it again by
CREATE TABLE devices (
    license    UUID NOT NULL,
    hash       TEXT NOT NULL,
    activation UUID NOT NULL,
    PRIMARY KEY (license, hash, activation)
);

-- step 17
CREATE TABLE installations (
    activation   UUID   NOT NULL,
    id           UUID   NOT NULL,
    key          UUID   NOT NULL,
    generation   BIGINT NOT NULL,
    activated_at BIGINT NOT NULL,
    PRIMARY KEY (activation, id)
);

-- step 18
CREATE INDEX installations_of_key ON installations (key);

-- step 19
CREATE TABLE sessions (
    id            UUID   PRIMARY KEY,
    license       UUID   NOT NULL,
    activation    UUID   NOT NULL,
    holder        BYTEA  NOT NULL,
    user_folded   TEXT,
    user_written  TEXT,
    device_name   TEXT,
    os_session    TEXT,
    salt          BYTEA,
    version       TEXT   NOT NULL,
    address       TEXT,
    checkouts     BIGINT NOT NULL,
    started_at    BIGINT NOT NULL,
    reclaim_hint  BIGINT NOT NULL,
    copy_ended_at BIGINT,
    ended_at      BIGINT,
    end_reason    BIGINT,
    overlap_until BIGINT
);

-- step 20: One holder, one seat, enforced again
CREATE UNIQUE INDEX sessions_of_holder ON sessions (license, holder) WHERE ended_at IS NULL;

-- step 21: what may be due back, soonest first
CREATE INDEX sessions_by_hint ON sessions (license, reclaim_hint, id) WHERE ended_at IS NULL;

-- step 22
CREATE INDEX sessions_on_device ON sessions (activation) WHERE ended_at IS NULL;

-- step 23: whom a block ends
CREATE INDEX sessions_of_user ON sessions (license, user_folded) WHERE ended_at IS NULL;

-- step 24: whose names may have to be erased
CREATE INDEX sessions_past ON sessions (license, user_folded) WHERE ended_at IS NOT NULL;

-- step 25: for removing what is old
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- step 26: `activation` is the device it is on, wherever its session was started. What a refresh writes stands in no
-- index, and finds room beside itself
CREATE TABLE checkouts (
    id           UUID   PRIMARY KEY,
    session      UUID   NOT NULL,
    activation   UUID   NOT NULL,
    installation UUID   NOT NULL,
    presented    BIGINT NOT NULL,
    given        BIGINT NOT NULL,
    odd          BIGINT NOT NULL,
    lease_until  BIGINT NOT NULL,
    grace_until  BIGINT NOT NULL,
    back_by      BIGINT,
    refreshed_at BIGINT NOT NULL,
    ended_at     BIGINT,
    end_reason   BIGINT
) WITH (fillfactor = 60);

-- step 27
CREATE INDEX checkouts_of_session ON checkouts (session);

-- step 28: copies on a device
CREATE INDEX checkouts_on_device ON checkouts (activation) WHERE ended_at IS NULL;

-- step 29: one of `user_folded` and `activation` says whom
CREATE TABLE blocks (
    id          UUID   PRIMARY KEY,
    license     UUID   NOT NULL REFERENCES licenses,
    user_folded TEXT,
    activation  UUID   REFERENCES activations,
    reason      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (license, user_folded),
    UNIQUE (license, activation),
    CHECK ((user_folded IS NULL) <> (activation IS NULL))
);
