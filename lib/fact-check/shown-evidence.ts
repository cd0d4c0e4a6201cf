import type { EvidenceRecord } from '../evidence/evidence-record';
import { resultText, shownFact } from '../evidence/result-text';
import { visible } from '../model/marked-text';
import { maskResult, maskSecrets, maskSecretsIn } from '../secrets/mask-secrets';

/** A record as a model reads it: secrets masked, rows aligned, whole or not at all. */
export type ShownRecord = {
  number: number;
  origin: string;
  listed: string;
  text: string;
  /** Its result is no longer kept, or can't be read here. */
  isGone: boolean;
};

/** Arguments in the list of all records, of one and of all: what was asked must be told, an uploaded file needn't. */
const MAX_ARGS = 1_000;
const ARGS_OF_ALL = 60_000;

/** The records of a case. `text` is without limit: what doesn't fit into a request is for the batches to say. */
export function showRecords(records: EvidenceRecord[]): ShownRecord[] {
  const room = Math.min(MAX_ARGS, Math.floor(ARGS_OF_ALL / Math.max(1, records.length)));
  return records.map((record) => showRecord(record, room));
}

function showRecord(record: EvidenceRecord, room: number): ShownRecord {
  const { number, server, tool, args, cut } = record;
  const structured = isObject(record.structured) ? record.structured : null;
  const masked = maskResult({ text: record.text, structured }, args);
  const shown = resultText(masked, Number.POSITIVE_INFINITY);
  return {
    number,
    origin: `E${number} ${server}.${tool}`,
    listed: visible(listLine(record, cut ? cut : shownFact(shown), room)),
    text: cut ? '' : visible(maskSecrets(shown.text)),
    isGone: cut !== undefined,
  };
}

/** What was asked, of which time, and how it ended, in one line. */
function listLine(record: EvidenceRecord, shown: string, room: number): string {
  const { number, server, tool, args, status, rows, truncated, timeFrom, timeTo } = record;
  const asked = maskSecrets(JSON.stringify(maskSecretsIn(args)) ?? '').replace(/\s+/g, ' ');
  const facts = [
    status === 'ok' ? 'answered' : status,
    rows === null ? shown : `${rows} row${rows === 1 ? '' : 's'}`,
    ...(truncated ? ['TRUNCATED'] : []),
    ...(timeFrom && timeTo ? [`range asked ${timeFrom} to ${timeTo}`] : []),
  ];
  return `E${number} ${server}.${tool}: ${facts.join(', ')}; asked ${middleCut(asked, room)}`;
}

/** The beginning says what was asked, the end of which rows and when. */
function middleCut(text: string, room: number): string {
  const half = Math.floor(room / 2);
  return text.length > room ? `${text.slice(0, half)} … ${text.slice(-half)}` : text;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
