ALTER TABLE "review_comments" ADD COLUMN "line_end" INTEGER;
