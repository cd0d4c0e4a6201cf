ALTER TABLE "revisions" ADD COLUMN "document_hash" TEXT NOT NULL DEFAULT '';
ALTER TABLE "reviews" ADD COLUMN "override_reason" TEXT;
ALTER TABLE "review_comments"
  ADD COLUMN "parent_id" UUID,
  ADD COLUMN "pending" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "resolved_at" TIMESTAMPTZ(3),
  ADD COLUMN "resolved_by_id" TEXT,
  ADD COLUMN "applied_at" TIMESTAMPTZ(3),
  ADD CONSTRAINT "review_comments_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "review_comments"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "review_comments_resolved_by_id_fkey" FOREIGN KEY ("resolved_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE INDEX "review_comments_parent_id_idx" ON "review_comments"("parent_id") WHERE parent_id IS NOT NULL;

CREATE TABLE "review_approvals" (
  "review_id" UUID NOT NULL REFERENCES "reviews"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "user_id" TEXT NOT NULL REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "document_hash" TEXT NOT NULL,
  "carried_from" INTEGER,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "review_approvals_pkey" PRIMARY KEY ("review_id", "user_id")
);

CREATE TABLE "review_requests" (
  "review_id" UUID NOT NULL REFERENCES "reviews"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "user_id" TEXT NOT NULL REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "requested_by_id" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "review_requests_pkey" PRIMARY KEY ("review_id", "user_id")
);
CREATE INDEX "review_requests_user_id_review_id_idx" ON "review_requests"("user_id", "review_id");
