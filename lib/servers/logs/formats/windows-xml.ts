import { readTime } from '../read-time';
import type { Format } from './format';
import { textRecord } from './lines';
import { elementSplitter, parseXml, type XmlElement } from './xml';

/** Windows events as XML: `evtx_dump`, `wevtutil qe`, Get-WinEvent's ToXml(), an export of Event Viewer. */
export const windowsXml: Format = {
  id: 'windows-xml',
  timeField: 'Event.System.TimeCreated',
  matches: (head) =>
    /<Event[\s>]/.test(head.text) && /<System[\s>]/.test(head.text) && /^\s*(?:<|Record \d+)/.test(head.text),
  open: (_head, sink) =>
    elementSplitter('Event', sink, (line, xml) => {
      const event = parseEvent(xml);
      if (event) sink.record(textRecord(line, { Event: event.fields }, event.time));
      else sink.unparsable(line, 'an event that is not well-formed XML');
    }),
};

/** An event as its fields and the time that it gives itself; null: it is not well-formed, or no event. */
export function parseEvent(xml: string): { fields: XmlElement; time: number | null } | null {
  const root = parseXml(xml);
  const system = root?.System;
  if (!root || typeof system !== 'object' || system === null) return null;
  const created = (system as XmlElement).TimeCreated;
  const time = typeof created === 'object' && created !== null ? (created as XmlElement).SystemTime : created;
  return { fields: root, time: readTime(typeof time === 'string' ? time : undefined) ?? null };
}
