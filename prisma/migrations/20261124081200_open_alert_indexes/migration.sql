-- The queue's remaining sort and its counts over open alerts, without walking the closed ones.
CREATE INDEX "alerts_open_received_idx" ON "alerts" ("received_at" DESC, "id" DESC) WHERE "status" <> 'closed';
CREATE INDEX "alerts_open_assignee_idx" ON "alerts" ("assignee_id") WHERE "status" <> 'closed';
CREATE INDEX "alerts_sample_idx" ON "alerts" ("id") WHERE "sample";
