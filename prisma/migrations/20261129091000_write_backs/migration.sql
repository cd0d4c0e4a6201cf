-- What an approved case offers to write back to the systems its alerts came from. Each waits for a person; a sent one is retried until it is there.
ALTER TABLE "connections" ADD COLUMN "write_back" BOOLEAN NOT NULL DEFAULT false;
-- The repositories whose alerts are fetched, for systems that list them by repository.
ALTER TABLE "connections" ADD COLUMN "poll_repositories" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
-- email | slack
ALTER TABLE "questions" ADD COLUMN "channel" TEXT NOT NULL DEFAULT 'email';
CREATE TABLE "write_backs" (
    "id" UUID NOT NULL,
    "investigation_id" UUID NOT NULL,
    "review_id" UUID NOT NULL,
    "alert_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "calls" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'proposed',
    "calls_done" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_by_id" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "sent_at" TIMESTAMPTZ(3),
    CONSTRAINT "write_backs_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "write_backs_investigation_id_fkey" FOREIGN KEY ("investigation_id") REFERENCES "investigations"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "write_backs_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alerts"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "write_backs_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "write_backs_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "write_backs_review_id_alert_id_connection_id_key" ON "write_backs"("review_id", "alert_id", "connection_id");
CREATE INDEX "write_backs_investigation_id_idx" ON "write_backs"("investigation_id");
CREATE INDEX "write_backs_status_next_attempt_at_idx" ON "write_backs"("status", "next_attempt_at");
