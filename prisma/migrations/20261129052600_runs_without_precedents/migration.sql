-- A run that reasons without past cases, to see whether the verdict rests on them. It writes nothing into the report; `outcome` is its verdict.
ALTER TABLE "runs" ADD COLUMN "without_precedents" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "runs" ADD COLUMN "outcome" JSONB;
