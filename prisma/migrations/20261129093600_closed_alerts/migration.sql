-- When alerts were closed: the queue's length at the end of each of the last days.
CREATE INDEX "alerts_closed_idx" ON "alerts" ("closed_at") WHERE "closed_at" IS NOT NULL;
