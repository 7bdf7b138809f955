-- What is written down: refusals, events, tokens, answers, attempts, and who does which job.

-- step 30
CREATE TABLE denials (
    id           UUID   PRIMARY KEY,
    license      UUID   NOT NULL,
    holder       BYTEA  NOT NULL,
    activation   UUID,
    user_folded  TEXT,
    user_written TEXT,
    device_name  TEXT,
    os_session   TEXT,
    salt         BYTEA,
    version      TEXT   NOT NULL,
    code         TEXT   NOT NULL,
    detail       TEXT   NOT NULL,
    tries        BIGINT NOT NULL,
    first_at     BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    seats        BIGINT NOT NULL,
    in_use       BIGINT NOT NULL,
    outcome_at   BIGINT,
    outcome      BIGINT
);

-- step 31: a holder has one open episode
CREATE UNIQUE INDEX denials_open ON denials (license, holder) WHERE outcome_at IS NULL;

-- step 32
CREATE INDEX denials_of_user ON denials (license, user_folded);

-- step 33: for removing what is old
CREATE INDEX denials_by_last ON denials (last_at);

-- step 34: `stream` is the id of a licence (kind 0) or of a customer (kind 1), or nil (kind 2)
CREATE TABLE events (
    lane          BIGINT NOT NULL,
    number        BIGINT NOT NULL,
    stream_kind   BIGINT NOT NULL,
    stream        UUID   NOT NULL,
    stream_number BIGINT NOT NULL,
    at            BIGINT NOT NULL,
    kind          TEXT   NOT NULL,
    actor         TEXT   NOT NULL,
    body          TEXT   NOT NULL,
    hash          BYTEA  NOT NULL,
    PRIMARY KEY (lane, number)
);

-- step 35: ends in the place on the lane, for following one customer's events from a place. That a stream's numbers
-- are unique follows from its chain, whose head is locked with its owner
CREATE INDEX events_of_stream ON events (stream, lane, number);

-- step 36
CREATE TABLE tokens (
    id          UUID   PRIMARY KEY,
    label       TEXT   NOT NULL,
    role        BIGINT NOT NULL,
    customer_id UUID,
    hash        BYTEA  NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT,
    revoked_at  BIGINT
);

-- step 37
CREATE TABLE signing_keys (
    id          UUID   PRIMARY KEY,
    kid         TEXT   NOT NULL UNIQUE,
    public      BYTEA  NOT NULL,
    sealed      BYTEA  NOT NULL,
    certificate TEXT   NOT NULL,
    stage       BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    retired_at  BIGINT
);

-- step 38: the owner of the machine has no token and answers under the nil id
CREATE TABLE answered (
    token_id UUID   NOT NULL,
    key      TEXT   NOT NULL,
    request  BYTEA  NOT NULL,
    answer   TEXT   NOT NULL,
    sealed   BYTEA  NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (token_id, key)
);

-- step 39
CREATE INDEX answered_by_time ON answered (at);

-- step 40
CREATE TABLE attempts (
    address  TEXT   PRIMARY KEY,
    failures BIGINT NOT NULL,
    since    BIGINT NOT NULL
);

-- step 41
CREATE INDEX attempts_by_time ON attempts (since);

-- step 42: which server does a job until when, by the database's clock. There is none in the embedded store, whose books
-- one server has to itself
CREATE TABLE jobs (
    name       TEXT   PRIMARY KEY,
    owner      UUID   NOT NULL,
    held_until BIGINT NOT NULL
);
