-- A connection may be of a reviewed system, has a health, and its admin chooses the tools that models get.
ALTER TABLE "connections"
  ADD COLUMN "system" TEXT,
  ADD COLUMN "last_ok_at" TIMESTAMPTZ(3),
  ADD COLUMN "last_error" TEXT,
  ADD COLUMN "last_error_at" TIMESTAMPTZ(3);
ALTER TABLE "connection_tools" ADD COLUMN "offered" BOOLEAN NOT NULL DEFAULT true;
