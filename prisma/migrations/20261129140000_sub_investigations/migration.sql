-- A run may open sub-investigations where whoever starts it allows that; each is a loop of its own, with turns of its own.
ALTER TABLE "runs" ADD COLUMN "parallel" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "run_turns" ADD COLUMN "thread" TEXT NOT NULL DEFAULT '';
ALTER TABLE "run_turns" DROP CONSTRAINT "run_turns_pkey", ADD CONSTRAINT "run_turns_pkey" PRIMARY KEY ("run_id", "thread", "turn");
