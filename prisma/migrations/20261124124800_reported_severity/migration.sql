-- A sender may send an alert again with a higher severity; a person may have lowered it meanwhile. Both are known apart.
ALTER TABLE "alerts" ADD COLUMN "reported_severity" SMALLINT NOT NULL DEFAULT 1;
UPDATE "alerts" SET "reported_severity" = "severity";
