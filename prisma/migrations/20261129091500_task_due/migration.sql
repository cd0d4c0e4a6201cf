-- The day by which a task is to be done.
ALTER TABLE "tasks" ADD COLUMN "due_on" DATE;
