-- What each request to a model was, exactly: parts are kept once a run, compressed, by their hash.
CREATE TABLE "run_prompt_parts" (
    "run_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "run_prompt_parts_pkey" PRIMARY KEY ("run_id", "hash")
);
CREATE TABLE "run_prompts" (
    "run_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "turn" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "bytes" INTEGER NOT NULL,
    "parameters" JSONB NOT NULL,
    "system" TEXT NOT NULL,
    "tools" TEXT NOT NULL,
    "messages" JSONB NOT NULL,

    CONSTRAINT "run_prompts_pkey" PRIMARY KEY ("run_id", "number")
);
ALTER TABLE "run_prompt_parts" ADD CONSTRAINT "run_prompt_parts_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "run_prompts" ADD CONSTRAINT "run_prompts_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
