-- What a key may do at most, for how long, and what replaced it.
ALTER TABLE "api_keys"
  ADD COLUMN "scope" TEXT NOT NULL DEFAULT 'full',
  ADD COLUMN "source" TEXT,
  ADD COLUMN "expires_at" TIMESTAMPTZ(3),
  ADD COLUMN "replaced_by_id" UUID,
  ADD COLUMN "signing_secret" TEXT;

-- Signed messages that were received: a copy of one is no news.
CREATE TABLE "signed_messages" (
  "key_id" UUID NOT NULL,
  "message_id" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "signed_messages_pkey" PRIMARY KEY ("key_id", "message_id"),
  CONSTRAINT "signed_messages_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "signed_messages_at_idx" ON "signed_messages"("at");
