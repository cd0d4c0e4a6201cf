import { z } from 'zod';
import { MailAddress } from '../notifications/mail-address';

export const QUESTION_CHANNELS = ['email', 'slack'] as const;

/** Of a person, or of the direct conversation with one: never a channel that others read. */
const SLACK_ID = /^[UWD][A-Z0-9]{5,20}$/;

const line = (most: number, missing: string) =>
  z
    .string()
    .trim()
    .min(1, missing)
    .max(most)
    .refine((text) => !/[\p{Cc}]/u.test(text), 'One line, without control characters.');

const words = (most: number, missing: string) =>
  z
    .string()
    .trim()
    .min(1, missing)
    .max(most)
    .refine((text) => !text.includes('\0'), 'Without control characters.');

export const NewQuestion = z
  .strictObject({
    /** The identity that it is about: an account, a host, whatever the person owns. */
    about: line(300, 'Enter what the question is about.'),
    by: z.enum(QUESTION_CHANNELS).default('email'),
    /** The owner’s mail address, or their Slack ID (U…). */
    to: z.string().trim().max(320),
    text: words(1000, 'Enter a question.'),
  })
  .superRefine(({ by, to }, context) => {
    const problem =
      by === 'slack'
        ? SLACK_ID.test(to)
          ? null
          : 'Enter the person’s Slack ID: U and digits, from their profile (Copy member ID).'
        : (MailAddress.safeParse(to).error?.issues[0]?.message ?? null);
    if (problem) context.addIssue({ code: 'custom', path: ['to'], message: problem });
  });
export type NewQuestion = z.input<typeof NewQuestion>;

export const QUESTION_STATES = ['sending', 'failed', 'waiting', 'answered', 'expired'] as const;

/** A question as the case shows it. The reply is in the evidence record. */
export const Question = z.object({
  id: z.string(),
  about: z.string(),
  by: z.enum(QUESTION_CHANNELS),
  to: z.string(),
  text: z.string(),
  state: z.enum(QUESTION_STATES),
  /** Why it was not sent. */
  error: z.string().nullable(),
  askedBy: z.string(),
  askedAt: z.string(),
  expiresAt: z.string(),
  answeredAt: z.string().nullable(),
  /** As the person wrote their name; nobody verified it. */
  answeredBy: z.string().nullable(),
  evidence: z.number().nullable(),
});
export type Question = z.infer<typeof Question>;

/** What the page of a link shows: nothing of the case. */
export const OpenQuestion = z.object({ askedBy: z.string(), text: z.string(), expiresAt: z.string() });
export type OpenQuestion = z.infer<typeof OpenQuestion>;

export const Reply = z.strictObject({
  token: z.string().min(1).max(200),
  name: line(100, 'Enter your name.'),
  text: words(4000, 'Enter a reply.'),
});
export type Reply = z.infer<typeof Reply>;

/** The server and tool of the evidence records that are statements. */
export const STATEMENT_CALL = { server: 'people', tool: 'ask' } as const;
