-- Proposed changes of the store's own files (the method, templates, detections, runbooks, known lists, commands).
CREATE TABLE "method_changes" (
  "id" UUID NOT NULL PRIMARY KEY,
  "path" TEXT NOT NULL,
  "base_text" TEXT NOT NULL,
  "base_hash" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "note" TEXT NOT NULL,
  "status" TEXT NOT NULL DEFAULT 'open' CHECK ("status" IN ('open', 'approved', 'rejected', 'withdrawn', 'conflicted')),
  "author_id" TEXT NOT NULL REFERENCES "users" ("id"),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "decided_by_id" TEXT REFERENCES "users" ("id"),
  "decided_at" TIMESTAMPTZ(3),
  "decision_note" TEXT,
  "commit_oid" TEXT,
  "published_at" TIMESTAMPTZ(3)
);
CREATE INDEX "method_changes_path_created_at_idx" ON "method_changes" ("path", "created_at");
CREATE INDEX "method_changes_status_created_at_idx" ON "method_changes" ("status", "created_at");
