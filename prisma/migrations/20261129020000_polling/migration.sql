-- Fetching alerts from connections that can't push them.
ALTER TABLE "connections"
    ADD COLUMN "poll_minutes" INTEGER,
    ADD COLUMN "poll_from" TIMESTAMPTZ(3),
    ADD COLUMN "poll_next_at" TIMESTAMPTZ(3),
    ADD COLUMN "poll_failures" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "poll_last" JSONB;

CREATE TABLE "polled_alerts" (
    "connection_id" UUID NOT NULL,
    "ref" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "polled_alerts_pkey" PRIMARY KEY ("connection_id", "ref"),
    CONSTRAINT "polled_alerts_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "polled_alerts_seen_at_idx" ON "polled_alerts"("seen_at");
