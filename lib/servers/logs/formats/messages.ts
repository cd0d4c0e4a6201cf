import { audit } from './audit';
import { vpcFlowParser } from './aws-text';
import { cefFields } from './cef';
import type { Sink } from './format';
import { parseSyslog } from './syslog';
import { programFields } from './syslog-programs';

const SILENT: Sink = { record: () => {}, unparsable: () => {}, note: () => {} };
/** What marks a JSON record as an envelope of a text line: CloudWatch Logs, Docker, journald forwarders. */
const CARRIERS = ['logGroup', 'logStream', 'logStreamName', 'logGroupName', 'ingestionTime', 'eventId'];

/** What marks an entry of systemd's journal, whatever wrote it down. */
const JOURNAL = ['__REALTIME_TIMESTAMP', '_SOURCE_REALTIME_TIMESTAMP', '_BOOT_ID'];

/** What a journal entry's message says, as in syslog; null when nothing of its program is known. */
export function journalFields(entry: Record<string, unknown>): Record<string, string> | null {
  const { MESSAGE: message, SYSLOG_IDENTIFIER: identifier, _COMM: command } = entry;
  const program = identifier ?? command;
  if (typeof message !== 'string' || typeof program !== 'string' || !JOURNAL.some((key) => key in entry)) return null;
  const fields = programFields(program, message);
  return fields ? { program, ...fields } : null;
}

/**
 * The fields of a text line that a JSON record carries in its message, or null: flow logs, syslog, CEF. Only records that
 * carry lines (CloudWatch Logs) are looked at: a `message` of an application is its own.
 */
export function parseMessage(
  message: string,
  record: Record<string, unknown>,
  before: number,
): Record<string, unknown> | null {
  const journal = journalFields(record);
  if (journal) return journal;
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
