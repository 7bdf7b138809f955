-- What customers open to their people, and who changed a key last. Rules as in `1-books.sql`.

-- step 65: since when the customer's page of free seats has its address, which is made from it; kept when it is shut
ALTER TABLE customers ADD COLUMN free_page_since INTEGER;

-- step 66
ALTER TABLE customers ADD COLUMN free_page_shut_at INTEGER;

-- step 67
ALTER TABLE keys ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
