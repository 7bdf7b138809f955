-- People who sign in, and what is sent to them.

-- step 43: without a customer it is the vendor's
CREATE TABLE accounts (
    id                  UUID   PRIMARY KEY,
    customer_id         UUID,
    email               TEXT   NOT NULL,
    email_folded        TEXT   NOT NULL UNIQUE,
    name                TEXT   NOT NULL,
    role                BIGINT NOT NULL,
    password            TEXT,
    password_at         BIGINT,
    factor_sealed       BYTEA,
    factor_confirmed_at BIGINT,
    factor_step         BIGINT NOT NULL,
    factor_recovery     BYTEA  NOT NULL,
    time_zone           TEXT,
    refused             BIGINT NOT NULL,
    disabled_at         BIGINT,
    created_at          BIGINT NOT NULL,
    revision            BIGINT NOT NULL
);

-- step 44
CREATE INDEX accounts_of_customer ON accounts (customer_id, id);

-- step 45
CREATE TABLE sign_ins (
    id            UUID    PRIMARY KEY,
    account       UUID    NOT NULL,
    hash          BYTEA   NOT NULL,
    complete      BOOLEAN NOT NULL,
    address       TEXT    NOT NULL,
    agent         TEXT    NOT NULL,
    refused       BIGINT  NOT NULL,
    started_at    BIGINT  NOT NULL,
    seen_at       BIGINT  NOT NULL,
    expires_at    BIGINT  NOT NULL,
    confirmed_at  BIGINT  NOT NULL,
    viewing       UUID,
    viewing_until BIGINT,
    ended_at      BIGINT,
    end_reason    BIGINT
);

-- step 46
CREATE INDEX sign_ins_of_account ON sign_ins (account, id);

-- step 47: for removing what is old
CREATE INDEX sign_ins_by_end ON sign_ins (expires_at);

-- step 48: nobody's yet where it makes an account
CREATE TABLE links (
    id         UUID   PRIMARY KEY,
    kind       BIGINT NOT NULL,
    account    UUID,
    created_at BIGINT NOT NULL,
    used_at    BIGINT
);

-- step 49: for removing what is old
CREATE INDEX links_by_time ON links (created_at);

-- step 50: a link may be gone before the mail that carried it
CREATE TABLE mails (
    id         UUID   PRIMARY KEY,
    kind       BIGINT NOT NULL,
    account    UUID   NOT NULL,
    link_id    UUID,
    created_at BIGINT NOT NULL,
    tries      BIGINT NOT NULL,
    next_at    BIGINT,
    sent_at    BIGINT
);

-- step 51
CREATE INDEX mails_due ON mails (next_at) WHERE next_at IS NOT NULL;
