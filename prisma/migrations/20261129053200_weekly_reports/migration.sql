-- The lead's week in Markdown, made by the worker from the dashboard's tables and committed to the store.
CREATE TABLE "weekly_reports" (
  "week" TEXT NOT NULL PRIMARY KEY CHECK ("week" ~ '^[0-9]{4}-W[0-9]{2}$'),
  "from" TEXT NOT NULL,
  "to" TEXT NOT NULL,
  "markdown" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "created_by_id" TEXT REFERENCES "users" ("id"),
  "commit_oid" TEXT,
  "published_at" TIMESTAMPTZ(3)
);
CREATE INDEX "weekly_reports_created_at_idx" ON "weekly_reports" ("created_at");
