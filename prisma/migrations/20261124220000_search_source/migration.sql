-- What a row was made from: sha256 of the indexer's version and the draft's text. NULL: from before this was kept.
ALTER TABLE "investigation_search" ADD COLUMN "source" BYTEA;
