import { asksSource, namesSource } from '../../evidence/source-calls';
import { citationGroups, citationsIn } from '../blocks';
import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type EvidenceIndex, numberOf, squash } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { outcomeAbout } from '../outcome-words';
import { alertTimes } from '../own-alerts';
import { isAnswer } from '../queries';

const MODAL = /\b(?:would|could|should|might|may|must|if|unless|whether|can(?:no|['’])?t be)\b/i;

/** Where something is and is not, what a query without rows can say, and what past cases were. */
export function checkPresence(context: CheckContext): Finding[] {
  const sources = sourcesOf(context);
  return context.blocks.flatMap((block) => {
    if (block.kind === 'heading' || /^(?:recommend|next steps|follow)/i.test(block.section) || block.text.length > 8000)
      return [];
    return block.sentences.flatMap((span) => {
      const sentence = { block, ...span, text: block.text.slice(span.start, span.end) };
      if (MODAL.test(sentence.text)) return [];
      return [
        ...checkSources(context, sources, sentence),
        ...checkAfter(context, sentence),
        ...checkEmpty(context, sentence),
        ...checkPast(context, sentence),
      ];
    });
  });
}

type Sentence = { block: CheckContext['blocks'][number]; start: number; end: number; text: string };

/** Sources of the case by their name, with the words that reports have for them. */
function sourcesOf({ all }: CheckContext): { name: string; words: RegExp }[] {
  const listing = all.findLast(({ call }) => call.tool === 'list_sources');
  const table = listing?.tables().find(({ columns }) => columns.includes('name'));
  const at = table?.columns.indexOf('name') ?? -1;
  return (table?.rows ?? []).slice(0, 100).map(({ cells }) => {
    const name = String(cells[at]);
    const parts = name.split(/[^a-z0-9]+/i).filter((part) => part !== '');
    const said = parts.map((part) => (/^logs?$/i.test(part) ? 'logs?' : escapeOf(part))).join('[ _-]?');
    const more = /vpc|flow/i.test(name) ? '|(?:vpc )?flow logs?' : /s3/i.test(name) ? '|s3(?: access)?(?: logs?)?' : '';
    return { name, words: new RegExp(`\\b(?:${said}${more})\\b`, 'i') };
  });
}
const escapeOf = (text: string): string => text.replace(/[^\w]/g, '\\$&');

const ABSENT =
  /\b(?:(?:is|are|was|were|stays?) (?:wholly |entirely )?absent|(?:do(?:es)?|did)(?: not|n[’']t) (?:appear|occur|mention|show|contain|have|know|turn up)|no trace|knows? (?:neither|nothing)|(?:has|have|had|contains?|shows?|holds?) (?:none|nothing)|not (?:seen|found|present)|nowhere)\b/i;
const PRESENT =
  /\b(?:(?:also |too,? )?(?:appears?|appeared|occurs?|occurred|turns? up|turned up|is seen|was seen|is present|shows up))\b|\bmentions?\b/i;

/** `It is absent from Google Workspace`, `the scanner appears in Okta`: what the queries of that source say of what is meant. */
function checkSources(
  context: CheckContext,
  sources: { name: string; words: RegExp }[],
  sentence: Sentence,
): Finding[] {
  const { block, start, text } = sentence;
  const [absent, present] = [ABSENT.exec(text), PRESENT.exec(text)];
  const said = absent ?? present;
  if (!said || block.kind === 'row' || text.includes('?')) return [];
  const clause = clauseAround(text, said.index);
  if (absent === null && negationsIn(text.slice(clause.start, clause.end)).length > 0) return [];
  const named = sources.filter(({ words }) => words.test(text.slice(clause.start, clause.end)));
  // `in no source but Okta`, `except in Okta`: another one is meant.
  if (
    named.length === 0 ||
    /\b(?:except|but|other|apart|besides|only|than|until|before|after|since)\b/i.test(
      text.slice(clause.start, clause.end),
    )
  )
    return [];
  const values = valuesMeant(context, sentence, clause);
  for (const value of values) {
    for (const { name } of named) {
      const asked = context.all.filter(
        (record) => asksSource(record.call.tool) && isAnswer(record) && namesSource(record.call.args, name),
      );
      const seen = asked.find((record) => countIn(record, value) > 0);
      const place = placeOf(block, { start: start + said.index, end: start + said.index + said[0].length });
      const what = text.slice(clause.start, clause.end).replace(/\s+/g, ' ').trim().slice(0, 70);
      if (absent && seen)
        return [finding('absence', 'error', place, 'absence-contradicted', { what, value, record: seen.call.number })];
      const empty = asked.find((record) => countIn(record, value) === 0 || (listsNone(record) && record.asks(value)));
      if (!absent && !seen && empty && !asked.some((record) => isInRows(record, value)))
        return [
          finding('absence', 'error', place, 'presence-contradicted', { what, value, record: empty.call.number }),
        ];
    }
  }
  return [];
}

const LATER =
  /\b(?:not|never|n[’']t)\b[^.;]{0,60}?\b(?:after (?:that|this|the) (?:night|day|evening|morning|session|burst|alert)|since then|afterwards|again)\b/i;
/** So long after the alert is another day. */
const LATER_MS = 12 * 3_600_000;

/** `it does not appear after that night`, of an address or a name that rows have half a day and more after the alert. */
function checkAfter(context: CheckContext, { block, start, text }: Sentence): Finding[] {
  const match = LATER.exec(text);
  const alerts = alertTimes(context);
  const claim = claimsOf(block).findLast(
    ({ kind, ...at }) =>
      (kind === 'indicator' || kind === 'id' || kind === 'quote') &&
      at.start >= start &&
      at.end <= start + (match?.index ?? 0) + 2,
  );
  if (!match || !claim || claim.value.length < 6 || alerts.length === 0 || block.kind === 'row') return [];
  const [key, limit] = [squash(claim.value), Math.max(...alerts) + LATER_MS];
  for (const record of context.all) {
    const later = record
      .tables()
      .some(({ rows }) =>
        rows.some(
          ({ text: row, times }) =>
            row.includes(key) && times.length > 0 && times.length <= 2 && Math.min(...times) > limit,
        ),
      );
    if (!later || !asksSource(record.call.tool)) continue;
    const place = placeOf(block, { start: start + match.index, end: start + match.index + match[0].length });
    return [
      finding('absence', 'error', place, 'absence-contradicted', {
        what: match[0].slice(0, 70),
        value: claim.value,
        record: record.call.number,
      }),
    ];
  }
  return [];
}

function clauseAround(text: string, at: number): { start: number; end: number } {
  const before = Math.max(text.lastIndexOf('; ', at), text.lastIndexOf(': ', at));
  const after = text.slice(at).search(/;\s|, (?:which|while|but|whereas)\b/);
  return { start: Math.max(0, before), end: after < 0 ? text.length : at + after };
}

/** What a sentence says it of: what it names, else what the records that it cites were all asked for. */
function valuesMeant(
  { records }: CheckContext,
  { block, start, text }: Sentence,
  clause: { start: number; end: number },
): string[] {
  const named = claimsOf(block).filter(
    ({ kind, inCode, ...at }) =>
      (kind === 'indicator' || kind === 'id' || (kind === 'quote' && inCode)) &&
      at.start >= start + clause.start &&
      at.end <= start + clause.end,
  );
  if (named.length > 0) return named.map(({ value }) => value).filter((value) => value.length > 5);
  const cited = citationsIn(text).flatMap((number) => records.get(number) ?? []);
  const [first, ...others] = cited.map(askedValues);
  return (first ?? []).filter((value) => others.every((list) => list.includes(value)));
}

/** The values of a record that lists how often each was found. */
const askedValues = (record: EvidenceIndex): string[] =>
  record.tables().flatMap(({ columns, rows }) => {
    const at = columns.indexOf('value');
    return at < 0 ? [] : rows.slice(0, 50).flatMap(({ cells }) => (typeof cells[at] === 'string' ? [cells[at]] : []));
  });

/** How often a value was found by a record that counts it; -1 where it says nothing of it. */
function countIn(record: EvidenceIndex, value: string): number {
  const key = squash(value);
  const counts = record.tables().flatMap(({ columns, rows }) => {
    const at = columns.findIndex((name) => /^(?:n|count|hits|matches|events)$/i.test(name));
    const of = columns.findIndex((name) => /^value$/i.test(name));
    if (at < 0 || of < 0) return [];
    return rows.filter(({ cells }) => squash(String(cells[of])) === key).map(({ cells }) => numberOf(cells[at]) ?? 0);
  });
  return counts.length > 0 ? Math.max(...counts) : -1;
}

/** An answer without rows that would list where values occur. */
const listsNone = (record: EvidenceIndex): boolean =>
  record.call.rows === 0 && record.tables().some(({ columns }) => columns.includes('value'));

const isInRows = (record: EvidenceIndex, value: string): boolean => {
  const key = squash(value);
  return record
    .tables()
    .some(({ columns, rows }) => !columns.includes('value') && rows.some(({ text }) => text.includes(key)));
};

/** What a search found nothing of says nothing positive. */
const OF_SEARCH =
  /\b(?:quer|search|look|ask|check|cover|examin|test|review|compar|investigat|correlat|hunt|window|range|period|sources?)\w*/i;
const EMPTY_WORDS =
  /\b(?:no|not|never|none|nothing|nobody|nowhere|neither|nor|without|zero|empty|absent|absence|lacks?|lacking|0|only|limited|unknown|clean|free of|fail(?:s|ed)? to|any|either|gaps?|missing|hardly|still|remains?|remained|stays?|stayed|valid|intact|in place|as far as|for all that|un\w+)\b|n[’']t\b/i;
const ASSERTS = /\b(?:was|were|is|are|has|have|had|\p{Ll}{3,}ed|ran|made|took|came|read)\b/iu;

/** `two roles were assumed [E24]`, where E24 found nothing. */
function checkEmpty({ records }: CheckContext, { block, start, text }: Sentence): Finding[] {
  const isRow = block.kind === 'row';
  if (
    isRow &&
    !/timeline/i.test(block.section) &&
    !block.cells.some(({ start: from, end }) => /^\s*\**[1-9][\d,]*\**\s*$/.test(block.text.slice(from, end)))
  )
    return [];
  let from = 0;
  return citationGroups(text).flatMap((group) => {
    const part = text.slice(from, group.start);
    const at = from;
    from = group.end;
    const cited = group.numbers.flatMap((number) => records.get(number) ?? []);
    const isEmpty = cited.length > 0 && cited.every(foundNothing);
    if (
      !isEmpty ||
      part.includes('?') ||
      EMPTY_WORDS.test(part) ||
      OF_SEARCH.test(part) ||
      (!isRow && !ASSERTS.test(part))
    )
      return [];
    // `neither A [E1] nor B [E2]`: one word denies both.
    if (/\b(?:nor|or)\b/i.test(part) && EMPTY_WORDS.test(text.slice(0, at))) return [];
    const lead = /^[\s,;.]*(?:and\s+)?/.exec(part)?.[0].length ?? 0;
    const place = placeOf(block, { start: start + at + lead, end: start + Math.min(group.start, at + lead + 80) });
    const [first] = cited;
    return [finding('absence', 'warning', place, 'cites-nothing', { record: first?.call.number ?? 0 })];
  });
}

const foundNothing = (record: EvidenceIndex): boolean =>
  isAnswer(record) &&
  record.call.rows === 0 &&
  (asksSource(record.call.tool) || /^search_/.test(record.call.tool)) &&
  record.tables().every(({ rows }) => rows.length === 0);

const CASES = /\b(?:cases?|precedents?|investigations?)\b/i;
const VERDICT = /\b(benign|malicious|suspicious)\b/gi;

/** `an approved case was malicious`, of a search that has none such; `every packet was accepted`, where it says refused. */
function checkPast({ records }: CheckContext, { block, start, text }: Sentence): Finding[] {
  const cited = citationsIn(text).flatMap((number) => records.get(number) ?? []);
  const past = cited.filter(({ call }) => call.tool === 'search_cases');
  const [first] = past;
  if (!first || negationsIn(text).length > 0) return [];
  const verdicts = new Set(
    past.flatMap((record) =>
      record
        .tables()
        .flatMap(({ columns, rows }) =>
          rows.map(({ cells }) => String(cells[columns.indexOf('classification')]).toLowerCase()),
        ),
    ),
  );
  const wrong = CASES.test(text)
    ? [...text.matchAll(VERDICT)].filter(([word]) => !verdicts.has(word.toLowerCase()) && verdicts.size > 0)
    : [];
  return [
    ...wrong.map((match) =>
      finding(
        'absence',
        'error',
        placeOf(block, { start: start + match.index, end: start + match.index + match[0].length }),
        'past-verdict-differs',
        {
          said: match[0],
          actual: [...verdicts].filter((word) => /benign|malicious|suspicious/.test(word)),
          record: first.call.number,
        },
      ),
    ),
    ...checkQuoted(cited, { block, start, text, end: start + text.length }),
  ];
}

/** `every packet was accepted`, of a text of the evidence that says `every packet was refused`. */
function checkQuoted(cited: EvidenceIndex[], { block, start, text }: Sentence): Finding[] {
  return [
    ...text.matchAll(/\b(?:all|every|each|both|the)\s+(?:\p{L}+ )?(\p{L}{4,})\s+(?:was|were)\s+(\p{L}+)\b/giu),
  ].flatMap((match) => {
    const [whole, noun = '', word = ''] = match;
    const said = outcomeAbout(word);
    if (said === null || said === 'both') return [];
    const pattern = new RegExp(`\\b${escapeOf(noun.toLowerCase().replace(/s$/, ''))}s? (?:was|were) (\\w+)`, 'gi');
    for (const record of cited) {
      const told = record
        .tables()
        .flatMap(({ rows }) =>
          rows.flatMap(({ cells }) =>
            cells.flatMap((cell) => (typeof cell === 'string' ? [...cell.slice(0, 4000).matchAll(pattern)] : [])),
          ),
        )
        .flatMap(([, other = '']) => outcomeAbout(other) ?? []);
      if (told.length === 0 || told.includes(said)) continue;
      const at = start + match.index + whole.length - word.length;
      const actual = said === 'success' ? 'a failure' : 'a success';
      return [
        finding('outcome', 'error', placeOf(block, { start: at, end: at + word.length }), 'outcome-differs', {
          said: word,
          actual,
          record: record.call.number,
        }),
      ];
    }
    return [];
  });
}
