import { errorMessage } from '../../../errors/app-error';
import { findTime } from '../find-time';
import { type Carried, mayCarry, openCarrier } from './carriers';
import { liftContent, mayHoldContent, openEnvelope, openTexts, withBeside } from './envelopes';
import type { Format, Head, Sink, Splitter } from './format';
import { uncommented, withoutComments } from './json-comments';
import { countKeyMarks, countKeys, elementSpans, isRecord, readFirstKeys } from './json-spans';
import { headedRows, openTable, pairedRow } from './json-tables';
import { textRecord } from './lines';
import { openStreams } from './loki';
import { parseMessage } from './messages';
import { nameEventData } from './named-data';
import { jsonLayout, lineSplitter, valueSplitter } from './split-json';
import { wordedEvent } from './windows-message';

/** Arrays and envelopes inside each other. */
const MAX_DEPTH = 5;

/** JSON in lines, in arrays, one object after the other or in envelopes. */
export const json: Format = {
  id: 'json',
  matches: (head) => {
    const text = withoutComments(head.text.replace(/^\uFEFF/, '')).trimStart();
    if (/^(?:Record \d+\s+)?\{\s*["}]/.test(text)) return true;
    if (/^\[\s*(?:\{\s*["}]|\[|\]\s*$)/.test(text)) return true;
    const lines = head.lines.filter((line) => line.trim());
    const objects = lines.filter((line) => /^\s*(?:data: )?\{"/.test(line)).length;
    if (objects * 2 >= lines.length && objects > 0) return true;
    return /\.(json|jsonl|ndjson)\b/i.test(head.name) && /[{[]\s*["{[]/.test(text);
  },
  open: (head, sink) => {
    const text = withoutComments(head.text);
    const splitter = openJson(head, sink, jsonLayout(text));
    // Lines have their own way with what is no JSON.
    return text !== head.text && jsonLayout(text) === 'values' ? uncommented(splitter) : splitter;
  },
};

/** `jsonl` when each record has a line of its own. */
export function jsonId(head: Head): 'json' | 'jsonl' {
  const isDotJson = /\.json(\.|$)/i.test(head.name);
  return jsonLayout(head.text) === 'lines' && (!isDotJson || /\n\s*\S/.test(head.text)) ? 'jsonl' : 'json';
}

/** `layout`: whether each line is a record, or records are told by their brackets. */
export function openJson(head: Head, sink: Sink, layout: 'lines' | 'values'): Splitter {
  const reader: Reader = { head, sink, tableRow: headedRows() };
  const bad = (line: number, message: string): void => sink.unparsable(line, message);
  return layout === 'lines'
    ? lineSplitter((line, text) => readLine(reader, line, text), bad)
    : valueSplitter((line, text) => readPiece(reader, line, text), bad);
}

type Reader = { head: Head; sink: Sink; tableRow: ReturnType<typeof headedRows> };

/** A line among lines of JSON; one that does not even begin like JSON is text that somebody else wrote, and a row of its own. */
function readLine(reader: Reader, line: number, text: string): void {
  if (/^[[{\]},"]/.test(text)) {
    readPiece(reader, line, text);
    return;
  }
  if (text.startsWith('# Logfile created on ')) return; // what Ruby's logger puts at the head of a new file
  reader.sink.note('unmatched');
  reader.sink.record(textRecord(line, { line: text }, findTime(text, reader.head.mtimeMs) ?? null));
}

function readPiece(reader: Reader, line: number, text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const mended = mendedTexts(text);
    if (mended) for (const one of mended) accept(reader, line, one, JSON.parse(one), 0);
    else reader.sink.unparsable(line, `not JSON: ${errorMessage(error).slice(0, 120)}`);
    return;
  }
  if (Array.isArray(value) && !value.some(isRecord)) {
    const row = reader.tableRow(text, value);
    if (row) accept(reader, line, row, JSON.parse(row), 0);
    if (row !== null) return;
  }
  accept(reader, line, text, value, 0);
}

/** A value with whatever it wraps, down to the records. */
function accept(reader: Reader, line: number, text: string, value: unknown, depth: number): void {
  if (Array.isArray(value) && depth < MAX_DEPTH) {
    const paired = pairedRow(value);
    if (paired) {
      accept(reader, line, paired, JSON.parse(paired), depth);
      return;
    }
    const spans = elementSpans(text).map(({ start, end }) => ({ text: text.slice(start, end), offset: start }));
    acceptEach(reader, line, text, spans, depth);
    return;
  }
  if (!isRecord(value)) {
    reader.sink.unparsable(line, 'not a JSON object');
    return;
  }
  const isDeep = depth >= MAX_DEPTH;
  const elements = isDeep ? null : (openStreams(value) ?? openEnvelope(text, value) ?? openTable(text, value));
  const carried = !elements && !isDeep && mayCarry(value) ? openCarrier(text, value) : null;
  if (elements) acceptEach(reader, line, text, elements, depth);
  else if (carried) unwrap(reader, line, carried, depth);
  else emit(reader, line, text, value);
}

/** An event inside a message of a queue; a batch of events stands for itself. */
function unwrap(reader: Reader, line: number, { text, value, beside }: Carried, depth: number): void {
  const isEvent = isRecord(value) && openEnvelope(text, value) === null && openCarrier(text, value) === null;
  const whole = isEvent ? withBeside(text, value, beside) : text;
  accept(reader, line, whole, isEvent ? JSON.parse(whole) : value, depth + 1);
}

/** Elements of a text, each with the line that it stands on. */
function acceptEach(
  reader: Reader,
  line: number,
  text: string,
  elements: { text: string; offset: number }[],
  depth: number,
): void {
  let counted = 0;
  let at = line;
  for (const element of elements) {
    for (
      let next = text.indexOf('\n', counted);
      next >= 0 && next < element.offset;
      next = text.indexOf('\n', next + 1)
    )
      at += 1;
    counted = Math.max(counted, element.offset);
    accept(reader, at, element.text, JSON.parse(element.text), depth + 1);
  }
}

function emit({ head, sink }: Reader, line: number, text: string, value: Record<string, unknown>): void {
  if (isBulkAction(value)) return;
  let record = text;
  let content = value;
  // Twice: Splunk's `result` has the event in its `_raw`.
  for (let round = 0; round < 2 && mayHoldContent(content); round += 1) {
    const lifted = liftContent(record, content, (message) => parseMessage(message, value, head.mtimeMs));
    if (!lifted) break;
    record = lifted;
    content = JSON.parse(lifted) as Record<string, unknown>; // made of objects
  }
  const opened = openTexts(record, content);
  if (opened) {
    record = opened;
    content = JSON.parse(opened) as Record<string, unknown>; // made of an object
  }
  const named = nameEventData(record, content) ?? withWords(record, content);
  if (named) {
    record = named;
    content = JSON.parse(named) as Record<string, unknown>; // made of an object
  }
  // More marks than keys: a key is there twice, or a string holds what looks like one.
  if (countKeyMarks(record) !== countKeys(content)) {
    const first = readFirstKeys(record);
    if (first.hasDuplicates) {
      sink.note('duplicateKeys');
      content = first.value;
    }
  }
  sink.record({ line, text: portable(record), value: content });
}

/** An event that PowerShell wrote as JSON, with the data that its message names. */
function withWords(text: string, value: Record<string, unknown>): string | null {
  const worded = 'ProviderName' in value ? wordedEvent(value) : null;
  if (!worded) return null;
  const added = Object.entries(worded).map(([key, content]) => ({ key, text: JSON.stringify(content) }));
  return withBeside(text, value, added);
}

/**
 * The values of a text that is no JSON but nearly: several on one line (line ends of another system, a missing one), a comma
 * behind or before a bracket, comments, bytes as nginx escapes them, Python's NaN and Infinity, which become null. Null: something else
 * is wrong with it.
 */
function mendedTexts(written: string): string[] | null {
  const text = withoutComments(readableBytes(written));
  const plain = /NaN|Infinity/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*(?:"|$)|-?\b(?:NaN|Infinity)\b/g, (all) => (all.startsWith('"') ? all : 'null'))
    : text;
  const found: string[] = [];
  let isWhole = true;
  const splitter = valueSplitter(
    (_line, value) => found.push(value),
    () => {
      isWhole = false;
    },
  );
  // The last line of an array that other lines, or another file, began.
  splitter.push(/^[,{]/.test(plain) ? plain.replace(/\]\s*$/, '') : plain);
  splitter.end();
  return isWhole && found.length > 0 && found.every(isJson) ? found : null;
}

/** nginx writes a byte as `\x22`, which JSON does not know. */
function readableBytes(text: string): string {
  return text.replace(/((?:\\x[0-9A-Fa-f]{2})+)|\\[\s\S]/g, (all, bytes?: string) =>
    bytes === undefined
      ? all
      : JSON.stringify(Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8')).slice(1, -1),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The line before each document in what is sent to Elasticsearch's bulk API: it says where to put it, and is no event. */
function isBulkAction(value: Record<string, unknown>): boolean {
  const [key = '', other] = Object.keys(value);
  if (other !== undefined || (key !== 'index' && key !== 'create')) return false;
  const inner = value[key];
  return (
    isRecord(inner) && Object.keys(inner).every((name) => /^(_|routing$|pipeline$|require_alias$|version)/.test(name))
  );
}

/** DuckDB's JSON reader refuses escapes of half a surrogate pair that JSON.parse accepts; they become U+FFFD. */
function portable(text: string): string {
  if (!text.includes('\\u') || !/\\u[dD]/.test(text)) return text;
  return text.replace(
    /\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(u[dD][89a-fA-F][0-9a-fA-F]{2})|[\s\S])/g,
    (all, _pair, half) => (half ? '\\ufffd' : all),
  );
}
