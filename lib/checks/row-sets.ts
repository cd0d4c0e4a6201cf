import { type EvidenceIndex, type EvidenceTable, squash } from './evidence-index';
import { type AddressRange, addressesIn } from './nearness';
import { type SaidTime, saysTime } from './times';

/** What says which rows a number is about. `next`: it stands right after the number. */
export type Anchor = { value: string; next: boolean; range?: AddressRange | undefined } | { time: SaidTime };
export type NumberContext = {
  records: EvidenceIndex[];
  anchors: Anchor[];
  /** Lower-case words of the sentence: those that are a cell of their own (`denied`) narrow the rows as well. */
  words: ReadonlySet<string>;
  /** A row of a table is about one thing: only the rows of evidence that percent the most with it count. */
  singleSubject: boolean;
  /** It says how many rows came back. */
  rowCount: boolean;
  /** It stands in a column of how many rows came back. */
  rowColumn: boolean;
  /** It is what something else is a part of: `of the 17 events`. */
  share: boolean;
  /** The other numbers of its sentence or row. */
  others: number[];
  /** All that the sentence cites. */
  across: EvidenceIndex[];
  /** Names in plain words (`Secrets Manager`), squashed: rows that have them are one more way to read it. */
  phrases: string[];
  /** The words right after it, up to three. */
  after: string[];
};

export type Rows = EvidenceTable['rows'];

/** The rows that a sentence is about; each group is looked at by itself. `narrow`: the sentence names them. */
export function rowSets(
  table: EvidenceTable,
  context: NumberContext,
): { table: EvidenceTable; groups: Rows[]; narrow: boolean; whole: boolean; unnamed: Rows } {
  const { anchors, words, singleSubject } = context;
  const spoken = table.rows.length > 1 ? filterByWords(table.rows, words) : null;
  const keys = anchors
    .flatMap((anchor) => ('value' in anchor ? [{ key: keyOf(anchor.value), ...anchor }] : []))
    .filter(({ key }) => key.length > 1);
  const names = (row: Rows[number], { key, range }: { key: string; range?: AddressRange | undefined }) =>
    range ? addressesIn(row.text).some((at) => at >= range.from && at <= range.to) : row.text.includes(key);
  const times = anchors.flatMap((anchor) => ('time' in anchor ? [anchor.time] : []));
  const next = keys.filter((anchor) => anchor.next);
  const direct = table.rows.filter((row) => next.some((anchor) => names(row, anchor)));
  const named = direct.length > 0 ? direct : table.rows.filter((row) => keys.some((anchor) => names(row, anchor)));
  // What was asked about somebody is about them, row by row, though no column says so.
  const isAsked = !singleSubject && keys.some(({ key }) => key.length > 3 && table.asked.includes(key));
  const about = named.length === 0 && isAsked ? table.rows : named;
  if (about.length === 0)
    return { table, groups: spoken ? [table.rows, spoken] : [table.rows], narrow: false, whole: false, unnamed: [] };
  const shared = (row: Rows[number]) =>
    keys.filter((anchor) => names(row, anchor)).length +
    0.5 * times.filter((time) => row.times.some((at) => saysTime(time, at))).length;
  const scores = about.map(shared);
  const most = Math.max(...scores);
  const best = about.filter((_, index) => scores[index] === most);
  const groups = singleSubject ? [best] : direct.length > 0 ? [direct] : [about, best];
  if (!singleSubject && direct.length === 0) {
    for (const anchor of keys) groups.push(about.filter((row) => names(row, anchor)));
  }
  for (const rows of [...groups]) {
    const less = filterByWords(rows, words);
    if (less && less.length < rows.length) groups.push(less);
  }
  return {
    table,
    groups: groups.filter((rows) => rows.length > 0),
    narrow: true,
    whole: !singleSubject && direct.length === 0,
    unnamed: table.rows.filter((row) => !keys.some((anchor) => names(row, anchor))),
  };
}

const keyOf = (value: string): string => squash(value.replace(/…$/, ''));

function filterByWords(rows: Rows, words: ReadonlySet<string>): Rows | null {
  const found = rows.filter(({ cells }) =>
    cells.some((cell) => typeof cell === 'string' && words.has(cell.toLowerCase())),
  );
  return found.length > 0 && found.length < rows.length ? found : null;
}
