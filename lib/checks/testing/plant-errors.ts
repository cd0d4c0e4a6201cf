/** A text with one statement made false, and where. */
export type Planted = { kind: PlantKind; line: number; was: string; now: string; markdown: string };
export const PLANT_KINDS = [
  'actor in the timeline',
  'actor in prose',
  'outcome in the timeline',
  'outcome in prose',
  'time of another event',
  'number word',
  'technique name',
  'record of a name',
  'unknown policy',
  'unknown person',
  'false bound',
  'absence contradicted',
  'absence without a query',
  'parts of a total',
] as const;
export type PlantKind = (typeof PLANT_KINDS)[number];

/** What a case offers to plant errors with, by hand for each report: names of its evidence, and sentences that its evidence refutes. */
export type Ground = {
  actors: string[];
  /** `[outcome as written, its opposite]` */
  outcomes: [string, string][];
  /** A record that has none of the report's names. */
  emptyRecord: number;
  /** False sentences by kind, each with its citation. */
  false: Partial<Record<PlantKind, string[]>>;
};

const WORDS = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const NAMES = ['Phishing', 'Brute Force', 'Resource Hijacking', 'Data Destruction'];

/** Plants one error at a time, in the same order for the same report: in place where the text offers it, else as a sentence of its own. */
export function plantErrors(markdown: string, ground: Ground): Planted[] {
  const lines = markdown.split('\n');
  const body = lines.indexOf('---', 1) + 1;
  const planted: Planted[] = [];
  const put = (kind: PlantKind, index: number, was: string, now: string) => {
    const line = lines[index] ?? '';
    const at = line.indexOf(was);
    if (at < 0 || was === now) return;
    const changed = [...lines];
    changed[index] = line.slice(0, at) + now + line.slice(at + was.length);
    planted.push({ kind, line: index + 1, was, now, markdown: changed.join('\n') });
  };
  let section = '';
  const timeline: { index: number; time: string; cells: string[] }[] = [];
  for (let index = body; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    section = /^## (.+)/.exec(line)?.[1] ?? section;
    if (section === 'Recommendations' || section === 'Lessons Learned') break;
    const time = /^\| (\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ?)/.exec(line)?.[1];
    if (section === 'Timeline' && time)
      timeline.push({ index, time, cells: line.split('|').map((cell) => cell.trim()) });
    else if (section !== 'Timeline') plantInProse(line, index);
    for (const match of line.matchAll(/T\d{4}(?:\.\d{3})?( \| |: | \(| )([A-Z][A-Za-z ]+[a-z])/g)) {
      const name = NAMES.find((other) => !(match[2] ?? '').includes(other)) ?? 'Phishing';
      put('technique name', index, match[0], match[0].replace(match[2] ?? '', name));
    }
  }
  for (const [at, { index, time, cells }] of timeline.entries()) {
    const actor = ground.actors.find((name) => cells[2]?.includes(name));
    const other = ground.actors.find((name) => !cells.some((cell) => cell.includes(name)));
    if (actor && other) put('actor in the timeline', index, `| ${cells[2]} |`, `| ${other} |`);
    for (const [said, opposite] of ground.outcomes) put('outcome in the timeline', index, said, opposite);
    const next = timeline[at + 1];
    if (next && next.time !== time && cells[3] && next.cells[3])
      put('time of another event', index, `| ${cells[3]} |`, `| ${next.cells[3]} |`);
  }
  for (const [kind, sentences] of Object.entries(ground.false)) {
    for (const sentence of sentences) {
      const changed = markdown.replace('\n## Timeline', `\n${sentence}\n\n## Timeline`);
      const line = changed.split('\n').indexOf(sentence) + 1;
      planted.push({ kind: kind as PlantKind, line, was: '', now: sentence, markdown: changed }); // the keys of `false` are kinds
    }
  }
  return planted;

  function plantInProse(line: string, index: number): void {
    if (!/\[E\d/.test(line)) return;
    for (const match of line.matchAll(/\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b/gi)) {
      const word = WORDS.indexOf(match[0].toLowerCase());
      put('number word', index, match[0], WORDS[(word + 4) % WORDS.length] ?? '');
    }
    const actor = ground.actors.find((name) => line.includes(name));
    const cited = /\[E\d+\](?=[^[]*$)/.exec(line)?.[0];
    if (actor && cited && (line.match(/\[E\d+\]/g) ?? []).length === 1)
      put('record of a name', index, cited, `[E${ground.emptyRecord}]`);
  }
}
