-- What a call was to find out, in words; null for records made before and for calls that gave none.
ALTER TABLE "evidence" ADD COLUMN "question" TEXT;
