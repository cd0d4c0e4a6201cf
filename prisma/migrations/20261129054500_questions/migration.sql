-- Questions that a case put to people outside, each answered once through a link.
CREATE TABLE "questions" (
    "id" UUID NOT NULL,
    "investigation_id" UUID NOT NULL,
    "asked_by_id" TEXT NOT NULL,
    "about" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'sending',
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "answered_by" TEXT,
    "evidence_number" INTEGER,
    CONSTRAINT "questions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "questions_investigation_id_fkey" FOREIGN KEY ("investigation_id") REFERENCES "investigations"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "questions_asked_by_id_fkey" FOREIGN KEY ("asked_by_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "questions_token_hash_key" ON "questions"("token_hash");
CREATE INDEX "questions_investigation_id_created_at_idx" ON "questions"("investigation_id", "created_at" DESC);
CREATE INDEX "questions_asked_by_id_created_at_idx" ON "questions"("asked_by_id", "created_at" DESC);
