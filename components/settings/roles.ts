import type { Role } from '@/lib/auth/permissions';

/** The permissions of each role in a sentence. */
export const ROLE_MAY: Record<Role, string> = {
  analyst:
    'Triages alerts, investigates, edits reports and submits them for review; approves calls that send data out; creates API keys.',
  reviewer: 'Approves other people’s reports or requests changes; approves calls that write.',
  lead: 'Can also reveal masked secrets in evidence and set the review rules.',
  admin: 'Can also add people, change roles, manage all API keys, connections and models, and remove the samples.',
};
