import { z } from 'zod';
import { Person } from '../alerts/schema';

export const TASK_STATES = ['open', 'done', 'declined'] as const;
export const TaskState = z.enum(TASK_STATES);
export type TaskState = z.infer<typeof TaskState>;

/** `heading`: what it stood under in the report, '' for nothing. `reason`: why it was declined. `dueOn`: a day in UTC. */
export const Task = z.object({
  id: z.string(),
  text: z.string(),
  heading: z.string(),
  state: TaskState,
  reason: z.string().nullable(),
  dueOn: z.string().nullable(),
  owner: Person.nullable(),
  createdBy: Person,
  createdAt: z.string(),
  endedAt: z.string().nullable(),
  investigation: z.object({ id: z.string(), codename: z.string(), title: z.string() }),
});
export type Task = z.infer<typeof Task>;

/** A case's tasks, the oldest first, and what its report recommends now that is no task yet. */
export const CaseTasks = z.object({
  items: z.array(Task),
  recommendations: z.array(z.object({ text: z.string(), heading: z.string() })),
});
export type CaseTasks = z.infer<typeof CaseTasks>;

const words = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text), 'Remove NUL and broken characters.');

/** `owner`: a user's id or `me` (the default); null: nobody yet. */
export const CreateTasks = z.strictObject({
  tasks: z
    .array(z.strictObject({ text: words(2000).min(1, 'Enter what to do.'), heading: words(300).default('') }))
    .min(1)
    .max(100),
  owner: z.string().max(64).nullable().default('me'),
});

export const ChangeTask = z
  .strictObject({
    state: TaskState,
    reason: words(1000).nullable(),
    owner: z.string().max(64).nullable(),
    dueOn: z.iso.date('Enter a day, like 2026-11-28.').nullable(),
  })
  .partial()
  .refine(
    ({ state, owner, dueOn }) => state !== undefined || owner !== undefined || dueOn !== undefined,
    'Enter a state, an owner or a due date.',
  )
  .refine((body) => body.state !== 'declined' || !!body.reason, {
    path: ['reason'],
    message: 'Enter why it won’t be done.',
  });

/** Open ones first, then the newest. */
export const TaskList = z.object({ items: z.array(Task) });
