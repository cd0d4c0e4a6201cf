/** One record of a log file, whatever the file's format. */
export type LogRecord = {
  /** 1-based line of the file where the record starts; the row number in Parquet. */
  line: number;
  /** The record as JSON text: its own text for JSON, made from its fields otherwise. */
  text: string;
  value: Record<string, unknown>;
  /** Microseconds since 1970 when the format itself says where the time is; null: it says that there is none. */
  time?: number | null;
  /** Texts in `value` stand for numbers and booleans too: the format has nothing else. */
  textIsTyped?: boolean;
};

/** What is counted about the records of a file besides the records themselves. */
export const NOTE_KINDS = ['duplicateKeys', 'unmatched', 'assumedYear', 'zeroBytes', 'noZone', 'dateOrder'] as const;
export type NoteKind = (typeof NOTE_KINDS)[number];

export type Sink = {
  record(record: LogRecord): void;
  /** `line` null: the file as a whole. */
  unparsable(line: number | null, message: string): void;
  note(kind: NoteKind): void;
};

/** The beginning of a file (64 KB of text or all of it), by which its format is recognized. */
export type Head = { text: string; lines: string[]; name: string; mtimeMs: number };

export type Splitter = { push(text: string): void; end(): void };

/** A way to read files. Formats are tried in the order of `detect.ts`; the first that matches reads the file. */
export type Format = {
  /** Shown as the source's format. */
  id: string;
  matches(head: Head): boolean;
  open(head: Head, sink: Sink): Splitter;
  /** The field that `time` of its records comes from. Without it the time is looked for in the fields. */
  timeField?: string | ((head: Head) => string | null);
  /** What the file calls its own log, for grouping and naming: Zeek's #path. */
  logName?(head: Head): string | null;
};

export function headOf(text: string, name: string, mtimeMs: number): Head {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (text.length >= 1000 && !text.endsWith('\n') && lines.length > 1) lines.pop(); // the last may be cut
  return { text, lines: lines.slice(0, 400), name, mtimeMs };
}
