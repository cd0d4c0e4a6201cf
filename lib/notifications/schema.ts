import { z } from 'zod';

export const EVENTS = [
  'assigned',
  'task_assigned',
  'task_due',
  'review_requested',
  'changes_requested',
  'mention',
  'malicious',
  'run_failed',
  'sla_near',
  'weekly_report',
] as const;
export const NotificationEvent = z.enum(EVENTS);
export type NotificationEvent = z.infer<typeof NotificationEvent>;

export const CHANNEL_KINDS = ['slack', 'email', 'webhook'] as const;
/** mine: what concerns oneself. installation: what concerns anybody; an admin's. */
export const CHANNEL_SCOPES = ['mine', 'installation'] as const;

const name = z.string().trim().min(1, 'Enter a name.').max(100);
const events = z.array(NotificationEvent).min(1, 'Choose at least one event.').max(EVENTS.length);

export const NewChannel = z.strictObject({
  scope: z.enum(CHANNEL_SCOPES),
  kind: z.enum(CHANNEL_KINDS),
  name,
  /** Of Slack or a webhook; of e-mail for the installation the mail address. One's own e-mail goes to the account's address. */
  url: z.string().trim().max(2000).default(''),
  /** The address is inside the own network; an admin's channels only. */
  allowInternal: z.boolean().default(false),
  events,
  /** Titles and comments are sent too; an admin's channels only. */
  withText: z.boolean().default(false),
});

export const ChannelChange = z.strictObject({
  enabled: z.boolean().optional(),
  events: events.optional(),
  withText: z.boolean().optional(),
});

const Sent = z.object({
  event: z.string(),
  status: z.enum(['queued', 'sent', 'failed']),
  at: z.string(),
  attempts: z.number(),
  error: z.string().nullable(),
});

/** A channel as lists show it: its address is a secret, so only the host. */
export const Channel = z.object({
  id: z.string(),
  scope: z.enum(CHANNEL_SCOPES),
  kind: z.enum(CHANNEL_KINDS),
  name: z.string(),
  target: z.string(),
  events: z.array(NotificationEvent),
  withText: z.boolean(),
  enabled: z.boolean(),
  /** The newest messages, newest first. */
  recent: z.array(Sent),
});
export type Channel = z.infer<typeof Channel>;

/** `signingSecret`: of a webhook, shown this once. */
export const MadeChannel = z.object({ channel: Channel, signingSecret: z.string().optional() });

/** What is said about one thing that happened. `title` and `text` are others' words, null where only a link is sent. */
export const Payload = z.object({
  event: NotificationEvent,
  at: z.string(),
  by: z.string().nullable(),
  title: z.string().nullable(),
  text: z.string().nullable(),
  path: z.string(),
  /** Sent on request: nothing happened. */
  isTest: z.boolean().optional(),
});
export type Payload = z.infer<typeof Payload>;
