export type Compression = 'gzip' | 'zstd' | 'bzip2';

const COMPRESSIONS: [Compression, number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
];

export function compressionOf(start: Buffer): Compression | null {
  return COMPRESSIONS.find(([, magic]) => magic.every((byte, index) => start[index] === byte))?.[0] ?? null;
}

/** Binary files that people put among logs, by their first bytes, and what to do with them. */
const BINARIES: [string | number[], string][] = [
  ['ElfFile\0', 'a Windows event log in its binary form: export it with evtx_dump -o jsonl'],
  ['LPKSHHRH', 'a binary systemd journal: export it with journalctl --file FILE -o json'],
  [[0xd4, 0xc3, 0xb2, 0xa1], 'a packet capture: run Zeek or Suricata on it and put their logs here'],
  [[0xa1, 0xb2, 0xc3, 0xd4], 'a packet capture: run Zeek or Suricata on it and put their logs here'],
  [[0x4d, 0x3c, 0xb2, 0xa1], 'a packet capture: run Zeek or Suricata on it and put their logs here'],
  [[0x0a, 0x0d, 0x0d, 0x0a], 'a packet capture: run Zeek or Suricata on it and put their logs here'],
  ['PK\x03\x04', 'a zip archive or an Excel file: unpack it, or export it as CSV'],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive: unpack it'],
  ['\xfd7zXZ\0', 'compressed with xz: unpack it, or use gzip, bzip2 or zstd'],
  ['\x1f\x9d', 'compressed with compress: unpack it, or use gzip, bzip2 or zstd'],
  ['\x04\x22\x4d\x18', 'compressed with lz4: unpack it, or use gzip, bzip2 or zstd'],
  ['Rar!', 'a RAR archive: unpack it'],
  ['SQLite format 3', 'an SQLite database: export its tables as CSV or JSON'],
  ['Obj\x01', 'an Avro file: export it as JSON or Parquet'],
  ['ORC', 'an ORC file: export it as Parquet'],
  ['%PDF', 'a PDF document'],
  ['-----BEGIN PGP MESSAGE-----', 'encrypted: decrypt it first'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a Windows program'],
  ['regf', 'a Windows registry hive: export it as text'],
  ['\x89PNG', 'an image'],
  ['\xff\xd8\xff', 'an image'],
  ['\xd0\xcf\x11\xe0', 'an Office document: export it as CSV'],
];

export function isParquet(start: Buffer): boolean {
  return start.subarray(0, 4).toString('latin1') === 'PAR1';
}

/** systemd's export format, in which values with line breaks are binary. */
export const isJournalExport = (start: Buffer): boolean =>
  /^(?:__CURSOR|__REALTIME_TIMESTAMP)=/.test(start.subarray(0, 40).toString('latin1'));

/** Why the content can't be read as text, or null when it can. `start`: its first bytes, decompressed. */
export function binaryReason(start: Buffer): string | null {
  const known = BINARIES.find(([magic]) =>
    (typeof magic === 'string' ? Buffer.from(magic, 'latin1') : Buffer.from(magic)).equals(
      start.subarray(0, magic.length),
    ),
  );
  if (known) return known[1];
  if (isJournalExport(start)) return null;
  if (start.subarray(257, 262).toString('latin1') === 'ustar') return 'a tar archive: unpack it';
  const isWide = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  if (isWide) return null;
  const zeros = [0, 0];
  let holes = 0;
  let controls = 0;
  for (const [index, byte] of start.entries()) {
    if (byte === 0 && isInRun(start, index)) holes += 1;
    else if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
    else if (byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 29)) controls += 1;
  }
  const [even = 0, odd = 0] = zeros;
  const looksWide = (even === 0 || odd === 0) && (even + odd) * 2 > start.length * 0.8;
  if (looksWide) return null;
  const rest = start.length - holes;
  // A hole in a text has whole lines around it; the zeros of a binary record have its numbers.
  const isHoled = holes > 0 && (even + odd > 0 || controls > rest * 0.005 || !start.includes('\n'));
  const isNoise = controls > start.length * 0.1 || (controls > start.length * 0.03 && !isUtf8(start));
  return even + odd > start.length * 0.02 || isNoise || isHoled ? UNKNOWN_BINARY : null;
}

const UNKNOWN_BINARY = 'a binary file of an unknown kind: export it as text, JSON or CSV';

/** Files without a sign in their first bytes, by their names, and what to do with them. */
const NAMED_BINARIES: [RegExp, string][] = [
  [/(?:^|\/)(?:wtmp|btmp|utmp)(?:[.-]|$)/, 'a record of logins in its binary form: export it with `last -F -f FILE`'],
  [/(?:^|\/)lastlog$/, 'a record of logins in its binary form: export it with `lastlog`'],
  [/\.etl$/i, 'a Windows trace: export it with `tracerpt FILE -of CSV`'],
  [/\.(?:gpg|pgp|age|enc)$/i, 'encrypted: decrypt it first'],
  [/(?:^|[^a-z])\$?mft(?:[^a-z]|$)/i, 'a table of the files of a volume: export it with MFTECmd as CSV'],
  [/\.(?:mem|vmem|raw|dmp)$/i, 'an image of memory: export what a tool such as Volatility finds in it'],
];

/** The same reason in the words for a file of this name, where its bytes said nothing. */
export const namedReason = (reason: string | null, name: string): string | null =>
  reason === UNKNOWN_BINARY || reason === NO_CONTENT
    ? (NAMED_BINARIES.find(([pattern]) => pattern.test(name))?.[1] ?? reason)
    : reason;

export const NO_CONTENT = 'nothing but zero bytes';

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Whether a zero stands among at least eight: a hole in a text (a crash, a file cut while open), not part of a value. */
function isInRun(bytes: Buffer, index: number): boolean {
  let from = index;
  let to = index;
  while (from > 0 && index - from < 8 && bytes[from - 1] === 0) from -= 1;
  while (to - from < 8 && bytes[to + 1] === 0) to += 1;
  return to - from >= 7;
}
