-- What a run that is taken over goes on from.
CREATE TABLE "run_turns" (
    "run_id" UUID NOT NULL,
    "turn" INTEGER NOT NULL,
    "answer" JSONB NOT NULL,
    "results" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "run_turns_pkey" PRIMARY KEY ("run_id","turn")
);

CREATE TABLE "run_progress" (
    "run_id" UUID NOT NULL,
    "context" JSONB NOT NULL,
    "base_version" INTEGER NOT NULL,
    "base_markdown" TEXT NOT NULL,
    "markdown" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "elapsed_ms" INTEGER NOT NULL DEFAULT 0,
    "parks" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "run_progress_pkey" PRIMARY KEY ("run_id")
);

ALTER TABLE "run_turns" ADD CONSTRAINT "run_turns_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "run_progress" ADD CONSTRAINT "run_progress_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Live runs only: what the worker looks for every few seconds must not grow with the history.
CREATE INDEX "runs_live_idx" ON "runs" ("lease_until") WHERE "status" IN ('queued', 'running', 'waiting');
