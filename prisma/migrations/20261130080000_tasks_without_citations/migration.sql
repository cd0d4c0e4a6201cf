-- A task's words no longer carry the report's citations, which lead nowhere outside of it; see lib/report/recommendations.ts.
UPDATE "tasks" SET "text" = cleaned.words
FROM (
  SELECT "id", btrim(regexp_replace(
    regexp_replace("text", ' ?\[E\d{1,6}[^\]\[]{0,200}\](( ?[,;] ?| and | )?\[E\d{1,6}[^\]\[]{0,200}\])*', '', 'g'),
    ' \( ?\)', '', 'g')) AS words
  FROM "tasks" WHERE "text" ~ '\[E\d'
) cleaned
WHERE "tasks"."id" = cleaned."id" AND cleaned.words <> '';
