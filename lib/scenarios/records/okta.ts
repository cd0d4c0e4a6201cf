import { iso } from '../calendar';
import type { LogEvent } from '../event';
import type { Organization, Person } from '../organization';
import type { Random } from '../random';

export type OktaEvent = {
  at: number;
  actor: Person;
  type: string;
  message: string;
  ip: string;
  result?: 'SUCCESS' | 'FAILURE' | 'ALLOW' | 'DENY';
  reason?: string;
  /** On whom or what. */
  targets?: { id: string; type: string; alternateId: string; displayName: string }[];
  session?: string;
  country?: string;
  city?: string;
  agent?: string;
  debug?: Record<string, string>;
};

export const asTarget = (person: Person) => ({
  id: person.oktaId,
  type: 'User',
  alternateId: person.email,
  displayName: person.name,
});

/** An event of the Okta System Log. */
export function okta(organization: Organization, random: Random, event: OktaEvent): LogEvent {
  const { at, actor, type, message, ip, result = 'SUCCESS', targets, country = 'Germany', city = 'Hamburg' } = event;
  return {
    source: 'okta',
    at,
    record: {
      actor: { id: actor.oktaId, type: 'User', alternateId: actor.email, displayName: actor.name, detailEntry: null },
      client: {
        userAgent: { rawUserAgent: event.agent ?? actor.agent, os: 'Unknown', browser: 'CHROME' },
        zone: organization.officeIps.includes(ip) ? 'Office' : 'null',
        device: 'Computer',
        id: null,
        ipAddress: ip,
        geographicalContext: { city, state: null, country, postalCode: null, geolocation: null },
      },
      authenticationContext: { authenticationStep: 0, externalSessionId: event.session ?? 'unknown' },
      displayMessage: message,
      eventType: type,
      outcome: { result, reason: event.reason ?? null },
      published: iso(at),
      severity: result === 'FAILURE' || result === 'DENY' ? 'WARN' : 'INFO',
      debugContext: { debugData: { requestUri: '/api/v1/authn', ...event.debug } },
      legacyEventType: null,
      transaction: { type: 'WEB', id: random.hex(27), detail: {} },
      uuid: random.uuid(),
      version: '0',
      request: { ipChain: [{ ip, version: 'V4', source: null }] },
      target: targets ?? null,
    },
  };
}
