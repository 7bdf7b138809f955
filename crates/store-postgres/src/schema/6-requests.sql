-- What customers ask their vendor for. Rules as in `1-books.sql`.

-- step 59: the last request for more seats, with its answer, as JSON
ALTER TABLE licenses ADD COLUMN request TEXT NOT NULL DEFAULT 'null';

-- step 60: since when a request waits for an answer
ALTER TABLE licenses ADD COLUMN requested_at BIGINT;

-- step 61: there are few
CREATE INDEX licenses_requested ON licenses (requested_at) WHERE requested_at IS NOT NULL;
