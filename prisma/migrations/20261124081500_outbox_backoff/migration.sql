-- A failed publication is tried again later, not at every pass.
ALTER TABLE "outbox" ADD COLUMN "next_attempt_at" TIMESTAMPTZ(3);
