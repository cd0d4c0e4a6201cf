import { defang } from '../alerts/fang';
import { technique } from '../attack/techniques';
import type { SectionName } from '../report/schema';
import type { Story } from '../scenarios/event';
import { plural } from '../text/phrases';
import type { PastEvidence, PastFacts, PastRow } from './past-evidence';
import { type PastWords, wordsFor } from './past-words';

const MOST_ROWS = 12;
const CONFIDENCE = 90;

/** The sections of a past case, short as a person writes them who has seen many of these. */
export function pastSections(story: Story, facts: PastFacts, techniques: string[]): Record<SectionName, string> {
  const words = wordsFor(story.kind, facts, say);
  if (!words) throw new Error(`lib/samples/past-words.ts has no words for a past case of the kind ${story.kind}`);
  const isBenign = story.verdict === 'BENIGN';
  const { rows, around, earlier } = facts;
  const told = [
    hypothesis('Routine operation', isBenign, words.routine),
    hypothesis('Hostile use of the account', !isBenign, words.hostile),
  ];
  const ranked = isBenign ? told : told.reverse();
  return {
    'Executive Summary': `**${story.verdict}**, confidence ${CONFIDENCE}. ${words.summary}\n\n*Key findings*\n\n${list(words.findings)}`,
    'Hypothesis Analysis': ranked.map((text, index) => `### ${index + 1}. ${text}`).join('\n\n'),
    Timeline: table(
      ['Time (UTC)', 'Actor', 'Action', 'Outcome', 'Evidence'],
      rows.slice(0, MOST_ROWS).map((row) => [...timeline(row), '[E1]']),
    ),
    'Investigation Process': table(
      ['Evidence', 'Question', 'Source and range', 'Rows', 'What it showed'],
      [
        process('[E1]', around, `${plural(rows.length, 'kind')} of calls`),
        process('[E2]', earlier, shownEarlier(facts)),
      ],
    ),
    'Technical Details': table(
      ['Actor', 'Address'],
      [...new Set(rows.map((row) => `${say(row.actor)}\n${say(row.place)}`))].map((pair) => pair.split('\n')),
    ),
    'Threat Assessment': `${techniques.length > 0 ? `Techniques: ${techniques.map((id) => `${id} (${technique(id)?.name ?? 'unknown'})`).join(', ')} [E1]. ` : ''}**Impact.** ${words.impact}`,
    Recommendations: recommendations(words),
    'Lessons Learned': words.lesson,
  };
}

function hypothesis(name: string, holds: boolean, { for: speaksFor, against }: PastWords['routine']): string {
  return `${name}\n\n**Status:** ${holds ? 'supported' : 'refuted'}\n\n*For*\n\n${list(speaksFor)}\n\n*Against*\n\n${list(against)}`;
}

function timeline({ first, last, actor, action, target, outcome, count }: PastRow): string[] {
  const time = last === first ? first : `${first}–${last.slice(11)}`;
  const on = target === '' ? '' : ` on ${/^\d+ targets$/.test(target) ? target : say(target)}`;
  return [time, say(actor), `${count > 1 ? `${count} × ` : ''}${code(action)}${on}`, outcome];
}

function process(number: string, { question, args, structured }: PastEvidence, shown: string): string[] {
  const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');
  return [number, question, `${minute(args.from)} to ${minute(args.to)}`, String(structured.rowCount), shown];
}

const shownEarlier = ({ before }: PastFacts): string =>
  before.length === 0
    ? 'Nothing'
    : plural(
        before.reduce((sum, row) => sum + row.count, 0),
        'earlier event',
      );

const recommendations = ({ immediate, later }: PastWords): string =>
  `### Immediate\n\n${list(immediate)}\n\n### Long-term\n\n${list(later)}`;

const list = (lines: string[]): string => lines.map((line) => `- ${line}`).join('\n');
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const code = (text: string): string => `\`${text.replaceAll('`', '').replaceAll('|', '\\|')}\``;

/** A name or indicator as code; what could be followed is defanged. */
const say = (name: string): string => {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name)) return code(defang('ip', name));
  return code(name.includes('@') ? defang('email', name) : name);
};
