-- Why a session was ended before its time: told to the browser that still has its cookie.
CREATE TABLE "ended_sessions" (
  "token_hash" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "ended_sessions_pkey" PRIMARY KEY ("token_hash"),
  CONSTRAINT "ended_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "ended_sessions_at_idx" ON "ended_sessions"("at");
