-- Failed sign-ins by account and by address: what makes the next attempt wait.
CREATE TABLE "sign_in_limits" (
  "key" TEXT NOT NULL,
  "failures" INTEGER NOT NULL,
  "last_at" TIMESTAMPTZ(3) NOT NULL,
  "blocked_until" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "sign_in_limits_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "sign_in_limits_last_at_idx" ON "sign_in_limits"("last_at");
