-- A run that ended and is resumed by a person gets a fresh allowance: answers are counted from this turn on.
ALTER TABLE "run_progress" ADD COLUMN "turn_base" INTEGER NOT NULL DEFAULT 0;
