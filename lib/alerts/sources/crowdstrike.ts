import { at, type Doc, has, number, text, texts, time } from './fields';
import type { Reading, Source } from './reading';
import { severityOfNumber, severityOfWord } from './severity';

/**
 * CrowdStrike: event streams ({metadata, event}), Falcon alerts and detections, and detections as LogScale rows.
 * Severity: its name, else 0–100 (20 low, 40 medium, 60 high, 80 critical).
 */
export const crowdstrike: Source = {
  source: 'crowdstrike',
  expects: 'a Falcon alert (composite_id or detection_id) or an event of event streams (metadata.eventType, event)',
  recognises: (doc) =>
    (has(doc, 'metadata.eventType') && has(doc, 'event')) ||
    has(doc, 'composite_id') ||
    (has(doc, 'detection_id') &&
      (has(doc, 'behaviors') || has(doc, 'behaviors[0].behavior_id') || has(doc, 'device.hostname'))),
  read: (doc) => (has(doc, 'metadata.eventType') ? readStream(doc) : readDetection(doc)),
};

function readStream(doc: Doc): Reading {
  const event = at(doc, 'event');
  return {
    ref: ownId(text(event, 'CompositeId', 'DetectId', 'IncidentID', 'AgentIdString')),
    title: text(event, 'Name', 'DetectName', 'Description') ?? text(doc, 'metadata.eventType'),
    description: text(event, 'Description', 'DetectDescription'),
    rule: text(event, 'Name', 'DetectName'),
    severity:
      severityOfWord(text(event, 'SeverityName')) ??
      severityOfNumber(number(event, 'Severity'), { low: 20, medium: 40, high: 60, critical: 80 }),
    time: time(doc, 'event.ProcessStartTime', 'metadata.eventCreationTime', 'p_event_time'),
    techniques: texts(event, 'Technique', 'TechniqueId', 'MitreAttack'),
    link: text(event, 'FalconHostLink'),
    scan: event,
  };
}

function readDetection(doc: Doc): Reading {
  const first = (name: string) => text(doc, name, `behaviors.${name}`, `behaviors[0].${name}`);
  const name = first('display_name') ?? text(doc, 'name') ?? first('scenario');
  return {
    ref: ownId(text(doc, 'composite_id', 'detection_id', 'id')),
    title: name ?? first('description'),
    description: first('description'),
    rule: name,
    severity:
      severityOfWord(text(doc, 'severity_name', 'max_severity_displayname')) ??
      severityOfNumber(number(doc, 'severity', 'max_severity'), { low: 20, medium: 40, high: 60, critical: 80 }),
    time: time(doc, 'last_behavior', 'timestamp', 'first_behavior', 'created_timestamp', '@timestamp'),
    techniques: texts(doc, 'technique_id', 'mitre_attack', 'behaviors', 'behaviors[0].technique_id'),
    link: text(doc, 'falcon_host_link'),
  };
}

/** An id of Falcon has no blank in it; one that has is a text in its place. */
function ownId(id: string | undefined): string | undefined {
  return id && !/\s/.test(id) ? id : undefined;
}
