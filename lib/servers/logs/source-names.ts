/** The folder without the parts that only divide the same logs: numbers, dates, key=value, regions, ids. */
export function folderOf(name: string): string[] {
  return name
    .split('/')
    .slice(0, -1)
    .filter((part) => !isPartition(part));
}

const REGION = /^(af|ap|ca|cn|eu|il|me|mx|sa|us)(-gov|-iso[bef]?)?-[a-z]+-\d$/;

function isPartition(part: string): boolean {
  return (
    /^[\d._T:-]+Z?$/.test(part) ||
    part.includes('=') ||
    REGION.test(part) ||
    /^o-[a-z0-9]{10,32}$/.test(part) ||
    /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(part) ||
    /^[0-9a-f]{16,}$/i.test(part)
  );
}

const COMPRESSED = /\.(gz|gzip|zst|zstd|bz2|xz|lz4|zip|7z|Z)$/i;
const EXTENSION =
  /\.(json|jsonl|ndjson|log|csv|tsv|txt|xml|evtx|etl|pcap|pcapng|journal|db|sqlite|parquet|cef|leef|out|err)$/i;
/** What rotation puts behind a name: .1, -20240303, .2024-03-03, -20240303-1709542800, .old, Zeek's .09:00:00-10:00:00. */
const ROTATION =
  /([._-](\d{1,4}|\d{10}|\d{8}([._T-]?\d{2,6}Z?)?|\d{4}-\d{2}-\d{2}([._T-]\d{2}([:._-]?\d{2}){0,2}Z?)?|\d{2}[:_]\d{2}[:_]\d{2}-\d{2}[:_]\d{2}[:_]\d{2}|old|bak|prev)|(?<=[a-z])(?:20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?)$/i;

/** A file's name without compression, extension and rotation: of eve.json, eve.json.2.gz and eve.json-20240303 it is eve. */
export function logStem(name: string): string {
  let stem = name.split('/').at(-1) ?? '';
  for (;;) {
    const shorter = stem.replace(COMPRESSED, '').replace(EXTENSION, '').replace(ROTATION, '');
    if (shorter === stem || shorter === '') return stem;
    stem = shorter;
  }
}

/** The words of a stem, without what differs from file to file of one log: numbers, dates, regions, accounts, random ids. */
export function stemWords(stem: string): string {
  return stem
    .replace(/(af|ap|ca|cn|eu|il|me|mx|sa|us)(-gov|-iso[bef]?)?-[a-z]+-\d/g, ' ')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => /[A-Za-z]/.test(word) && !isRandom(word) && !/^(T?\d+Z?|fl|eni|vpc|app|net)$/.test(word))
    .map((word) => word.toLowerCase().replace(/\d+$/, ''))
    .join('_');
}

function isRandom(word: string): boolean {
  if (/^\d{6,}T?\d*Z?$/.test(word) || /^[0-9a-f]{8,}$/i.test(word)) return true;
  if (
    word.length >= 8 &&
    (word.match(/[a-z](?=[A-Z])/g)?.length ?? 0) >= 2 &&
    !/^[A-Z][a-z]+([A-Z][a-z]+)*$/.test(word)
  )
    return true;
  return word.length >= 6 && /\d[a-zA-Z]+\d|\d[A-Za-z]{1,2}[A-Z]/.test(word);
}

/** A plain SQL name made of any text. */
export function identifier(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60)
    .replace(/_+$/, '');
  const named = /^[a-z]/.test(plain) ? plain : `logs_${plain}`.replace(/_$/, '');
  return RESERVED.has(named) ? `${named}_log` : named;
}

/** Words that would have to be quoted as a table's name; a model forgets the quotes. */
const RESERVED = new Set(
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default deferrable desc describe distinct do else end except false fetch for foreign from grant group having in initially intersect into lambda lateral leading limit not null offset on only or order pivot placing primary qualify references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic when where window with asof anti cross full glob ilike inner is isnull join left like natural notnull outer overlaps positional right semi similar tablesample values'.split(
    ' ',
  ),
);
