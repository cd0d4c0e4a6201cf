-- Where a run was when a worker last claimed it, and how often in a row that worker died there.
ALTER TABLE "runs" ADD COLUMN "claimed_at_step" TEXT, ADD COLUMN "deaths_at_step" INTEGER NOT NULL DEFAULT 0;
