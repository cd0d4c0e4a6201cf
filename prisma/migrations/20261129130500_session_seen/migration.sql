-- When a person last did something in a session: the idle limit counts from here.
ALTER TABLE "sessions" ADD COLUMN "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
