-- People who sign in, and what is sent to them. There is no step 42: one server has these books to itself.

-- step 43: without a customer it is the vendor's. `customer_id` is whole, not a number that a join could lose
CREATE TABLE accounts (
    n                   INTEGER PRIMARY KEY,
    id                  BLOB    NOT NULL UNIQUE,
    customer_id         BLOB    REFERENCES customers (id),
    email               TEXT    NOT NULL,
    email_folded        TEXT    NOT NULL UNIQUE,
    name                TEXT    NOT NULL,
    role                INTEGER NOT NULL,
    password            TEXT,
    password_at         INTEGER,
    factor_sealed       BLOB,
    factor_confirmed_at INTEGER,
    factor_step         INTEGER NOT NULL,
    factor_recovery     BLOB    NOT NULL,
    time_zone           TEXT,
    refused             INTEGER NOT NULL,
    disabled_at         INTEGER,
    created_at          INTEGER NOT NULL,
    revision            INTEGER NOT NULL
) STRICT;

-- step 44
CREATE INDEX accounts_of_customer ON accounts (customer_id, id);

-- step 45
CREATE TABLE sign_ins (
    n             INTEGER PRIMARY KEY,
    id            BLOB    NOT NULL UNIQUE,
    account       INTEGER NOT NULL REFERENCES accounts,
    hash          BLOB    NOT NULL,
    complete      INTEGER NOT NULL,
    address       TEXT    NOT NULL,
    agent         TEXT    NOT NULL,
    refused       INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    confirmed_at  INTEGER NOT NULL,
    viewing       BLOB,
    viewing_until INTEGER,
    ended_at      INTEGER,
    end_reason    INTEGER
) STRICT;

-- step 46
CREATE INDEX sign_ins_of_account ON sign_ins (account, id);

-- step 47: for removing what is old
CREATE INDEX sign_ins_by_end ON sign_ins (expires_at);

-- step 48: nobody's yet where it makes an account
CREATE TABLE links (
    n          INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE,
    kind       INTEGER NOT NULL,
    account    INTEGER REFERENCES accounts,
    created_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;

-- step 49: for removing what is old
CREATE INDEX links_by_time ON links (created_at);

-- step 50: a link may be gone before the mail that carried it
CREATE TABLE mails (
    n          INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE,
    kind       INTEGER NOT NULL,
    account    INTEGER NOT NULL REFERENCES accounts,
    link_id    BLOB,
    created_at INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    next_at    INTEGER,
    sent_at    INTEGER
) STRICT;

-- step 51
CREATE INDEX mails_due ON mails (next_at) WHERE next_at IS NOT NULL;
