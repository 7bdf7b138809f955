-- Devices of a licence in the order in which they are listed. Rules as in `1-books.sql`.

-- step 81
CREATE INDEX activations_in_order ON activations (license, id);

-- step 82: what it takes the place of
DROP INDEX activations_of_license;
