import type { Role } from '@/lib/auth/permissions';

/** The permissions of each role in a sentence. */
export const ROLE_MAY: Record<Role, string> = {
  analyst:
    'Triages alerts, investigates, edits reports and submits them for review; approves calls that send data out; creates API keys.',
  reviewer:
    'Can also approve other people’s reports and method changes, approve calls that write, and mark entities as known good.',
  lead: 'Can also read the dashboard, run evaluations, set review rules and alert deadlines, and reveal masked secrets.',
  admin:
    'Can also manage people, sign-in, all API keys, connections, models, notifications and retention, and read the audit log.',
};
