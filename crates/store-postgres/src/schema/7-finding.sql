-- What somebody who asks has in hand, and is found by. Rules as in `1-books.sql`.

-- step 62: of the first tries and the last, with spaces between them; each stands at its slot
ALTER TABLE denials ADD COLUMN requests TEXT NOT NULL DEFAULT '';

-- step 63: the same, to be found by
CREATE TABLE tries (
    denial  UUID    NOT NULL,
    slot    BIGINT  NOT NULL,
    request TEXT    NOT NULL,
    PRIMARY KEY (denial, slot)
);

-- step 64
CREATE INDEX tries_by_request ON tries (request);
