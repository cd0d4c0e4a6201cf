-- One-time links with which a person sets a password: an invitation, or a reset by an admin.
CREATE TABLE "account_links" (
  "token_hash" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "purpose" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "account_links_pkey" PRIMARY KEY ("token_hash"),
  CONSTRAINT "account_links_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "account_links_user_id_idx" ON "account_links"("user_id");
