import { defang } from '../alerts/fang';
import { technique } from '../attack/techniques';
import type { SectionName } from '../report/schema';
import type { Story } from '../scenarios/event';
import type { PastEvidence, PastRow } from './past-evidence';

const MOST_ROWS = 12;

/** The sections of a past case, short as a person writes them who has seen many of these. */
export function pastSections(
  story: Story,
  { rows, args }: PastEvidence,
  techniques: string[],
): Record<SectionName, string> {
  const isBenign = story.verdict === 'BENIGN';
  const shown = rows.slice(0, MOST_ROWS);
  const range = `${args.from.slice(0, 16).replace('T', ' ')} to ${args.to.slice(0, 16).replace('T', ' ')}`;
  const routine = hypothesis(1, 'Routine operation', isBenign ? 'supported' : 'refuted', isBenign);
  const hostile = hypothesis(2, 'Hostile use of the account', isBenign ? 'refuted' : 'supported', !isBenign);
  const [main] = [...shown].sort((a, b) => b.count - a.count);
  return {
    'Executive Summary': `${isBenign ? 'Ordinary work.' : 'Data left the organization.'} ${defanged(story.truth).replace(/\.$/, '')} [E1]. The owner confirmed it.\n\n*Key findings*\n\n- ${main ? factOf(main) : 'See the timeline'} [E1].`,
    'Hypothesis Analysis': `${isBenign ? routine : hostile}\n\n${isBenign ? hostile : routine}`,
    Timeline: `| Time (UTC) | Actor | Action | Outcome | Evidence |\n|---|---|---|---|---|\n${shown.map(timelineRow).join('\n')}`,
    'Investigation Process': `| Evidence | Question | Source and range | Rows | What it showed |\n|---|---|---|---|---|\n| [E1] | What did the identities of the alert do around it? | ${range} | ${rows.length} | The rows of the timeline |`,
    'Technical Details': `| Actor | Address |\n|---|---|\n${[...new Set(shown.map((row) => `| ${code(defangedName(row.actor))} | ${code(placeOf(row))} |`))].join('\n')}`,
    'Threat Assessment': isBenign
      ? 'The activity has an owner and a reason; it needs no containment.'
      : `Data left the organization (${techniques.map((id) => `${id} (${technique(id)?.name ?? 'unknown'})`).join(', ')}) [E1]. The account was suspended and the owner of the data was told.`,
    Recommendations: isBenign
      ? '**Immediate**\n\n- Close the alert as a false positive.\n\n**Long-term**\n\n- Add the owner to the rule’s notes.'
      : '**Immediate**\n\n- End the sessions of the account and take the shared access back.\n\n**Long-term**\n\n- Alert on bulk downloads in the evening.',
    'Lessons Learned': isBenign
      ? 'The owner’s name in the alert would have saved the question.'
      : 'The alert about a single share came late; the downloads before it raised none.',
  };
}

function hypothesis(number: number, name: string, status: string, holds: boolean): string {
  const [for_, against] = holds
    ? ['The rows of the timeline fit it [E1].', 'The evidence read has nothing that contradicts it.']
    : ['It has the same first step as an attack.', 'The rows of the timeline do not fit it [E1].'];
  return `### ${number}. ${name}\n\n**Status:** ${status}\n\n*For*\n\n- ${for_}\n\n*Against*\n\n- ${against}`;
}

const timelineRow = (row: PastRow): string =>
  `| ${row.first}${row.last === row.first ? '' : `–${row.last.slice(11)}`} | ${code(defangedName(row.actor))} | ${row.count > 1 ? `${row.count} × ` : ''}${code(row.action)} | ${row.count > 1 ? 'seen repeatedly' : 'seen'} | [E1] |`;

const factOf = (row: PastRow): string =>
  `${code(defangedName(row.actor))} did ${code(row.action)}${row.count > 1 ? `, ${row.count} times` : ''} from ${code(placeOf(row))}`;

const placeOf = ({ place }: PastRow): string => defang('ip', place);
const code = (text: string): string => `\`${text.replaceAll('`', '').replaceAll('|', '\\|')}\``;

/** Indicators in a sentence, safe to paste. */
const defanged = (text: string): string =>
  text
    .replace(/[\w.-]+@[\w.-]+\w/g, (address) => code(defang('email', address)))
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, (address) => code(defang('ip', address)));

/** An actor that is an address only. */
const defangedName = (name: string): string => (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) ? defang('ip', name) : name);
