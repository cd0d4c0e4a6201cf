-- A run keeps its model's label: what people read wherever the model is named, also when the model has left the settings.
ALTER TABLE "runs" ADD COLUMN "model_label" TEXT NOT NULL DEFAULT '';
UPDATE "runs" SET "model_label" = CASE "model" WHEN 'builtin' THEN 'built-in analyst: rules, no language model' ELSE "model" END;

-- Whether a person has set the assessment, or a model proposes it. NULL: there is none yet.
ALTER TABLE "investigations" ADD COLUMN "assessment" TEXT;
UPDATE "investigations" i SET "assessment" = CASE
  WHEN split_part(E'\n' || replace(d."markdown", E'\r\n', E'\n'), E'\n---', 2) ~ E'(^|\n)assessment:[ \t]*["'']?proposed' THEN 'proposed'
  ELSE 'set' END
FROM "drafts" d WHERE d."investigation_id" = i."id" AND i."classification" IS NOT NULL;
DROP INDEX IF EXISTS "investigations_classification_updated_at_id_idx";
CREATE INDEX "investigations_assessment_classification_updated_at_id_idx"
  ON "investigations" ("assessment", "classification", "updated_at" DESC, "id" DESC);

-- An approval is of the exact text that was read. Approvals carried over to another text and not decided yet are void.
DELETE FROM "review_approvals" a USING "reviews" r
  WHERE r."id" = a."review_id" AND r."status" = 'open' AND a."carried_from" IS NOT NULL;
ALTER TABLE "review_approvals" DROP COLUMN "document_hash";
ALTER TABLE "revisions" DROP COLUMN "document_hash";

-- A key decides reviews only where its owner allowed it; a service account is no person and signs in by key alone.
ALTER TABLE "api_keys" ADD COLUMN "decides_reviews" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "users" ADD COLUMN "service" BOOLEAN NOT NULL DEFAULT false;
