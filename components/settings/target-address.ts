import type { ConnectionView } from '@/lib/connections/schema';

/** Where a connection leads, as an admin entered it: a URL, or a command with its arguments. */
export const targetAddress = (target: NonNullable<ConnectionView['target']>): string =>
  target.kind === 'http' ? target.url : [target.command, ...target.args].join(' ');
