import { audit } from './audit';
import { vpcFlowParser } from './aws-text';
import { cefFields } from './cef';
import type { Sink } from './format';
import { parseSyslog } from './syslog';

const SILENT: Sink = { record: () => {}, unparsable: () => {}, note: () => {} };
/** What marks a JSON record as an envelope of a text line: CloudWatch Logs, Docker, journald forwarders. */
const CARRIERS = ['logGroup', 'logStream', 'logStreamName', 'logGroupName', 'ingestionTime', 'eventId'];

/**
 * The fields of a text line that a JSON record carries in its message, or null: flow logs, syslog, CEF. Only records that
 * carry lines (CloudWatch Logs) are looked at: a `message` of an application is its own.
 */
export function parseMessage(
  message: string,
  record: Record<string, unknown>,
  before: number,
): Record<string, unknown> | null {
  if (!CARRIERS.some((key) => key in record)) return null;
  const flow = vpcFlowParser()(message, SILENT);
  if (flow) return flow.fields;
  const event = cefFields(message);
  if (event) return event.fields;
  if (audit.matches({ text: message, lines: [message], name: '', mtimeMs: before })) return null;
  const line = parseSyslog(message, before, SILENT);
  if (!line?.fields.program) return null;
  const { timestamp: _ownTime, message: text, ...fields } = line.fields;
  return { ...fields, text };
}
