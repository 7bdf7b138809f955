-- What happened with one person or one device, newest first. Rules as in `1-books.sql`.

-- step 74: by name first, so that somebody is found whosever they are; also for erasing names. Apart from the live ones
CREATE INDEX sessions_past_of_user ON sessions (user_folded, license, started_at, id) WHERE ended_at IS NOT NULL;

-- step 75: the one above has all that it had
DROP INDEX sessions_past;

-- step 76: written when a session ends, not when it begins
CREATE INDEX sessions_past_on_device ON sessions (activation, started_at, id) WHERE ended_at IS NOT NULL;

-- step 77
CREATE INDEX denials_by_user ON denials (user_folded, license, first_at, id) WHERE user_folded IS NOT NULL;

-- step 78: the one above has all that it had
DROP INDEX denials_of_user;

-- step 79
CREATE INDEX denials_of_device ON denials (activation, first_at, id) WHERE activation IS NOT NULL;

-- step 80: events that tell of a device, a session that was released or a block, by its id. What comes with every seat
-- stands here not
CREATE TABLE mentions (
    about  UUID   NOT NULL,
    at     BIGINT NOT NULL,
    lane   BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (about, at, lane, number)
);
