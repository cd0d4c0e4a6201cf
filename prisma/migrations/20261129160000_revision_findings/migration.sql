-- What the checks found in a revision that waits for review, for lists: null until the worker has counted.
ALTER TABLE "revisions" ADD COLUMN "check_errors" INTEGER, ADD COLUMN "check_warnings" INTEGER;
