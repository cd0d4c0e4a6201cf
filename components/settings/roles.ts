import type { Role } from '@/lib/auth/permissions';

/** The permission table in a sentence each. */
export const ROLE_MAY: Record<Role, string> = {
  analyst:
    'Works the queue, investigates, edits reports and sends them to review; allows calls that send something out; makes API keys.',
  reviewer: 'Approves reports of others, or asks for changes; allows calls that change something.',
  lead: 'The same; may see secrets in evidence unmasked. The person to ask.',
  admin: 'Adds people, changes roles, sees all API keys, connects tool servers, removes the samples.',
};
