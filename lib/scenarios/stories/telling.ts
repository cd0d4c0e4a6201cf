import { iso, type Span } from '../calendar';
import type { AlertDocument, LogEvent, PlantedEvent } from '../event';
import type { Organization, Person } from '../organization';
import type { Random } from '../random';

/** What a story is told with. `back`: about how many days before the end of the logs it happens. */
export type Telling = {
  organization: Organization;
  random: Random;
  span: Span;
  back: number;
  /** What happens anyway, oldest first. */
  ordinary: readonly LogEvent[];
  /** Logins of people whom another story of the same world has as an attacker or a victim: nobody of this one. */
  taken?: ReadonlySet<string>;
};

/** The people of a team, or of all teams but one, whom no other story needs. @throws when none is left */
export function free({ organization, taken }: Telling, isOf: (person: Person) => boolean): Person[] {
  const people = organization.people.filter((person) => isOf(person) && !taken?.has(person.login));
  if (people.length === 0) throw new Error('Everybody who could be in this story is in another one.');
  return people;
}

type Rule = {
  id: string;
  title: string;
  severity: 'INFO' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
  description: string;
  techniques?: readonly string[];
};

/** An alert of a detection rule about one record, as Panther posts it. */
export function ruleAlert(random: Random, rule: Rule, event: LogEvent): AlertDocument {
  const at = iso(event.at + 90_000);
  return {
    source: 'panther',
    document: {
      id: rule.id,
      alertId: random.hex(32),
      severity: rule.severity,
      title: rule.title,
      description: rule.description,
      type: 'RULE',
      createdAt: at,
      runbook: '',
      tags: (rule.techniques ?? []).map((technique) => `MITRE:${technique}`),
      alertContext: { eventTime: iso(event.at), ...(event.record as object) },
    },
  };
}

/** An alert that correlates several records: what and whom it is about stands in `entities`. */
export function correlationAlert(
  random: Random,
  rule: Rule,
  {
    at,
    entities,
    more = {},
  }: { at: number; entities: { kind: string; value: string }[]; more?: Record<string, unknown> },
): AlertDocument {
  return {
    source: 'generic',
    document: {
      id: `${rule.id}:${random.hex(12)}`,
      title: rule.title,
      severity: rule.severity.toLowerCase(),
      time: iso(at),
      rule: rule.id,
      description: rule.description,
      tags: rule.techniques ?? [],
      entities,
      ...more,
    },
  };
}

/** Marks records as part of a story's truth, by what the log calls them. */
export function planted(part: PlantedEvent['part'], actor: string, events: LogEvent[]): PlantedEvent[] {
  return events.map((event) => ({ ...event, part, actor, action: actionOf(event) }));
}

/** The name of the action in a record. */
export function actionOf({ source, record }: LogEvent): string {
  if (typeof record === 'string') return source === 's3_access' ? (/ (REST\.\S+) /.exec(record)?.[1] ?? '') : 'flow';
  const { eventName, eventType, events } = record as {
    eventName?: string;
    eventType?: string;
    events?: { name: string }[];
  };
  const name = source === 'cloudtrail' ? eventName : source === 'okta' ? eventType : events?.[0]?.name;
  return (name ?? '').replace(/\d{8}(v\d+)?$/, '');
}

/** The last ordinary record of an action by somebody before a time. @throws when there is none */
export function lastOrdinary(telling: Telling, action: string, actor: string, before: number): LogEvent {
  const found = telling.ordinary.findLast(
    (event) =>
      event.at < before &&
      typeof event.record !== 'string' &&
      actionOf(event) === action &&
      JSON.stringify(event.record).includes(`/${actor}/`),
  );
  if (!found) throw new Error(`${actor} never does ${action}.`);
  return found;
}
