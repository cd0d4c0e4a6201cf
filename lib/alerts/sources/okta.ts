import type { Entity } from '../schema';
import { at, type Doc, docsIn, has, text, texts, time } from './fields';
import type { Source } from './reading';
import { severityOfWord } from './severity';

/**
 * Okta System Log events: alone, in event hooks ({data: {events}}), and on EventBridge. Severity: ERROR high, WARN medium, INFO and
 * DEBUG informational. https://developer.okta.com/docs/reference/api/system-log/
 */
export const okta: Source = {
  source: 'okta',
  expects: 'an Okta System Log event (uuid, published, eventType, displayMessage) or an event hook',
  recognises: (doc) =>
    has(doc, 'published', 'eventType') && (has(doc, 'displayMessage') || has(doc, 'legacyEventType')),
  read: (doc) => ({
    ref: text(doc, 'uuid'),
    title: text(doc, 'displayMessage', 'eventType'),
    description: [text(doc, 'eventType'), text(doc, 'outcome.result'), text(doc, 'outcome.reason')]
      .filter((part) => part !== undefined)
      .join(' · '),
    rule: text(doc, 'eventType'),
    severity: severityOfWord(text(doc, 'severity')),
    time: time(doc, 'published'),
    techniques: texts(doc, 'debugContext.debugData'),
    entities: [...personOf(at(doc, 'actor')), ...docsIn(at(doc, 'target')).flatMap(personOf)],
  }),
};

/** An actor or target: people by their login, applications and groups by their name. */
function personOf(value: unknown): Entity[] {
  const [doc] = docsIn(value);
  const id = text(doc, 'alternateId');
  const name = text(doc, 'displayName');
  if (/^(?:User|SystemPrincipal|PublicClientApp|AppUser)$/i.test(text(doc, 'type') ?? ''))
    return id && id !== 'unknown' ? [{ kind: 'user', value: id }] : [];
  return name && name !== 'unknown' ? [{ kind: 'resource', value: name }] : [];
}

/** The events of an event hook. */
export const oktaHookEvents = (doc: Doc): unknown[] | undefined => {
  const events = at(doc, 'data.events');
  return /event_hook/.test(text(doc, 'eventType') ?? '') && Array.isArray(events) ? events : undefined;
};
