-- A run may start from a one-click coaching and from a passage of the report; it may answer in words only (kind 'ask').
ALTER TABLE "runs" ADD COLUMN "coaching" TEXT, ADD COLUMN "quote" JSONB;
