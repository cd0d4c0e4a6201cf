import { iso } from '../calendar';
import type { LogEvent } from '../event';
import type { Organization } from '../organization';
import type { Random } from '../random';

export type WorkspaceEvent = {
  at: number;
  application: 'drive' | 'login' | 'admin' | 'token';
  email: string;
  ip: string;
  type: string;
  name: string;
  parameters: Record<string, string | boolean | string[]>;
};

/** An activity of the Google Workspace Reports API. */
export function workspace(organization: Organization, random: Random, event: WorkspaceEvent): LogEvent {
  return {
    source: 'google_workspace',
    at: event.at,
    record: {
      kind: 'admin#reports#activity',
      id: {
        time: iso(event.at),
        uniqueQualifier: `-${random.digits(18)}`,
        applicationName: event.application,
        customerId: organization.customerId,
      },
      etag: `"${random.hex(40)}"`,
      actor: { callerType: 'USER', email: event.email, profileId: profileOf(event.email) },
      ipAddress: event.ip,
      events: [
        {
          type: event.type,
          name: event.name,
          parameters: Object.entries(event.parameters).map(([name, value]) => ({
            name,
            ...(typeof value === 'boolean'
              ? { boolValue: value }
              : Array.isArray(value)
                ? { multiValue: value }
                : { value }),
          })),
        },
      ],
    },
  };
}

/** The same for one address each time. */
function profileOf(email: string): string {
  let sum = 7n;
  for (const character of email) sum = (sum * 131n + BigInt(character.codePointAt(0) ?? 0)) % 10n ** 20n;
  return `1${String(sum).padStart(20, '0')}`;
}
