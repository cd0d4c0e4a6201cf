-- What a model said about each statement of a report, and which of its findings a person dismissed.
CREATE TABLE "fact_readings" (
  "investigation_id" UUID NOT NULL REFERENCES "investigations"("id") ON DELETE CASCADE,
  "key" TEXT NOT NULL,
  "model" TEXT NOT NULL,
  "model_label" TEXT NOT NULL,
  "read_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "not_read" TEXT,
  "problems" JSONB NOT NULL DEFAULT '[]',
  PRIMARY KEY ("investigation_id", "key")
);

CREATE TABLE "fact_dismissals" (
  "investigation_id" UUID NOT NULL,
  "key" TEXT NOT NULL,
  "problem" INTEGER NOT NULL,
  "user_id" TEXT NOT NULL REFERENCES "users"("id") ON DELETE CASCADE,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("investigation_id", "key", "problem"),
  FOREIGN KEY ("investigation_id", "key") REFERENCES "fact_readings"("investigation_id", "key") ON DELETE CASCADE
);

-- A fact check changes nothing, so it may work beside a run; one of each at a time.
DROP INDEX "runs_one_live_idx";
CREATE UNIQUE INDEX "runs_one_live_idx" ON "runs" ("investigation_id", ("kind" = 'fact_check'))
  WHERE "status" IN ('queued', 'running', 'waiting');
