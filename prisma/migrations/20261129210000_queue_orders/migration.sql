-- The queue by status, assignee and source: each value is a range of one of these, newest first (lib/alerts/value-order).
CREATE INDEX "alerts_open_status_idx" ON "alerts" ("status", "occurred_at" DESC, "id" DESC) WHERE "status" <> 'closed';
CREATE INDEX "alerts_open_assignee_time_idx" ON "alerts" ((coalesce("assignee_id", '')), "occurred_at" DESC, "id" DESC) WHERE "status" <> 'closed';
CREATE INDEX "alerts_open_source_idx" ON "alerts" ("source", "occurred_at" DESC, "id" DESC) WHERE "status" <> 'closed';
