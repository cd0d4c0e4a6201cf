-- The rule of the alerts that a change of a detection is about, as their senders call it.
ALTER TABLE "method_changes" ADD COLUMN "alert_rule" TEXT;
-- The alerts of a rule, newest first: what a changed detection is tried on.
CREATE INDEX "alerts_rule_received_idx" ON "alerts" ("rule", "received_at" DESC, "id" DESC) WHERE "rule" IS NOT NULL;
