import type { Role } from '@/lib/auth/permissions';

/** The permission table in a sentence each. */
export const ROLE_MAY: Record<Role, string> = {
  analyst: 'Works the queue, investigates, edits reports and sends them to review; makes API keys of their own.',
  reviewer: 'Approves reports of others, or asks for changes.',
  lead: 'The same; named as the person to ask.',
  admin: 'Adds people, changes roles, sees all API keys, removes the samples.',
};
