-- What pages read: who holds seats, what was refused, how much was used.

-- step 52: live sessions in the order in which they were started, without walking past those that are over
CREATE INDEX sessions_live ON sessions (id) WHERE ended_at IS NULL;

-- step 53: who held a seat at an instant, and for how long over a time
CREATE INDEX sessions_over ON sessions (license, ended_at) WHERE ended_at IS NOT NULL;

-- step 54: what was refused, newest first
CREATE INDEX denials_by_first ON denials (first_at, id);

-- step 55: the same of one licence
CREATE INDEX denials_of_license ON denials (license, first_at, id);

-- step 56: how much of a licence was used in an hour, where it was at all. `hour` counts from 1970
CREATE TABLE usage (
    license      INTEGER NOT NULL REFERENCES licenses,
    hour         INTEGER NOT NULL,
    peak         INTEGER NOT NULL,
    seat_seconds INTEGER NOT NULL,
    seats        INTEGER NOT NULL,
    full_seconds INTEGER NOT NULL,
    people       INTEGER NOT NULL,
    tries        INTEGER NOT NULL,
    PRIMARY KEY (license, hour)
) STRICT, WITHOUT ROWID;

-- step 57: for removing what is old
CREATE INDEX usage_by_hour ON usage (hour);

-- step 58: the hours before this one are in `usage`
CREATE TABLE usage_done (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    until INTEGER NOT NULL
) STRICT;
