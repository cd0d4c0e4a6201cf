-- A person chose the model of this run; else the worker's default is taken.
ALTER TABLE "runs" ADD COLUMN "model_chosen" BOOLEAN NOT NULL DEFAULT false;

-- What each answer of a model used. Kept when its run is deleted: a budget must not grow by that.
CREATE TABLE "model_calls" (
    "id" BIGSERIAL NOT NULL,
    "run_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tokens" BIGINT NOT NULL,
    "cost" DOUBLE PRECISION,

    CONSTRAINT "model_calls_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "model_calls_at_idx" ON "model_calls"("at");
CREATE INDEX "model_calls_user_id_at_idx" ON "model_calls"("user_id", "at");
