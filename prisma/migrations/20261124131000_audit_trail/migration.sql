-- The audit rows of an investigation as sealed lines, each naming the hash of the one before: what is exported with its report.
CREATE TABLE "audit_trail" (
    "investigation_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "audit_id" BIGINT NOT NULL,
    "line" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT "audit_trail_pkey" PRIMARY KEY ("investigation_id", "seq")
);
CREATE UNIQUE INDEX "audit_trail_audit_id_key" ON "audit_trail"("audit_id");
-- What a later case is told about this one: key moments and decisions.
ALTER TABLE "investigations" ADD COLUMN "digest" TEXT NOT NULL DEFAULT '';
