-- Who has opened which review: the next revision opens compared with the last one that a person saw.
CREATE TABLE "review_views" (
    "review_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "review_views_pkey" PRIMARY KEY ("review_id", "user_id")
);
ALTER TABLE "review_views" ADD CONSTRAINT "review_views_review_id_fkey" FOREIGN KEY ("review_id") REFERENCES "reviews"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "review_views" ADD CONSTRAINT "review_views_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
