-- What visitors ask for themselves. Rules as in `1-books.sql`.

-- step 68: what may be asked for of a product, as JSON
ALTER TABLE products ADD COLUMN offer TEXT NOT NULL DEFAULT '{}';

-- step 69: the ask by which a visitor began a licence as a trial
ALTER TABLE licenses ADD COLUMN tried_by BLOB;

-- step 70: one of each kind for a mailbox and a product. The answer is JSON; `answered_at` is when it
-- was given, `license` what was made
CREATE TABLE asks (
    n            INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    mailbox      TEXT    NOT NULL,
    product      INTEGER NOT NULL REFERENCES products,
    wanted       INTEGER NOT NULL,
    email        TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    company      TEXT,
    why          TEXT,
    asked_at     INTEGER NOT NULL,
    confirmed_at INTEGER,
    answered_at  INTEGER,
    license      BLOB,
    answer       TEXT    NOT NULL,
    mail_tries   INTEGER NOT NULL,
    mail_next_at INTEGER,
    mail_sent_at INTEGER,
    UNIQUE (mailbox, product, wanted)
) STRICT;

-- step 71
CREATE INDEX asks_to_mail ON asks (mail_next_at) WHERE mail_next_at IS NOT NULL;

-- step 72: what is not confirmed, not answered or declined: looked for, and removed when it is old
CREATE INDEX asks_without_license ON asks (asked_at) WHERE license IS NULL;

-- step 73: devices on which visitors began trials, by each of their hashes
CREATE TABLE trial_devices (
    product    INTEGER NOT NULL REFERENCES products,
    hash       TEXT    NOT NULL,
    activation INTEGER NOT NULL REFERENCES activations,
    PRIMARY KEY (product, hash, activation)
) STRICT, WITHOUT ROWID;
