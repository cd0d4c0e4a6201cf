import type { Topic } from '../../runbooks/topics';
import type { Step } from '../case';
import { prose } from './escape';
import { bullet, cite, type Material } from './parts';

/** The queries that answer a topic, by their questions. */
const QUESTIONS: Record<Topic, RegExp> = {
  alert: /^What does the alert say\?$/,
  who: /^Who (?:caused the events|is behind the values|touched what the alert)/,
  'sign-ins': /^Who signed in, from where\?$/,
  'second-factor': /^Was a second factor passed/,
  baseline: /^(?:How much of the window is in the baseline|What did they do before, in and after the window)\?$/,
  activity: /^(?:When were they active|Which notable or denied actions lie in the window)\?$/,
  rules: /^(?:Which detection rules match|What serious actions lie outside the window)\?$/,
  roles: /^Which roles did they assume\?$/,
  data: /^What data did they read/,
  'other-readers': /^Who else read from the same places\?$/,
  'same-address': /^Who else used the same addresses or keys\?$/,
  'same-action': /^Who else does these actions\?$/,
  'own-work': /^Did they create what they read or deleted\?$/,
  hosts: /^Which outside hosts do their changes name\?$/,
  beacons: /^Did they connect to one place at regular times\?$/,
  precedents: /^Which (?:past cases|other alerts) are/,
  elsewhere:
    /^(?:Do the identities, keys and addresses found occur here too|Where do the values of the alert occur)\?$/,
};
/** Citations of one question. */
const MOST_CITED = 2;

/** Which questions of the runbook that fits best were put to the logs, by which queries, and which are left to people. */
export function runbookAnswers({ caseFile, gathered }: Material): string {
  const [runbook, ...others] = caseFile.runbooks ?? [];
  if (!runbook) return '';
  const also = others.length > 0 ? ` Also fitting: ${others.map(({ title }) => prose(title, 80)).join('; ')}.` : '';
  const answered = runbook.questions.map(({ text, topics }) => ({ text, answer: answerOf(gathered.steps, topics) }));
  const open = answered.filter(({ answer }) => answer.cited.length === 0);
  const cited = [...new Set(answered.flatMap(({ answer }) => answer.cited.slice(0, MOST_CITED)))].sort((a, b) => a - b);
  const all =
    open.length === 0
      ? 'all of its questions were put to the logs'
      : 'its questions were put to the logs, except those below';
  const lines = open.map(({ text, answer }) => `${answer.why}: ${prose(inWords(text), 160)}`);
  // By its title: the name of a file would be a claim that no record has.
  return `Runbook: ${prose(runbook.title, 80)}; ${cited.length === 0 ? 'none of its questions could be asked' : `${all} ${cite(cited)}`}.${also}${lines.length > 0 ? `\n\n${bullet(lines)}` : ''}`;
}

/** "`PassRole`" as "pass role": the name of an event beside citations would be a claim that they have it. */
const inWords = (question: string): string =>
  question
    .replaceAll('`', '')
    .replace(/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/g, (name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase());

/** Which queries answer a question; without any why not. */
function answerOf(steps: Step[], topics: Topic[]): { cited: number[]; why: string } {
  const none = (why: string) => ({ cited: [], why });
  if (topics.length === 0) return none('Left to a person');
  const asked = steps.filter(({ purpose }) => topics.some((topic) => QUESTIONS[topic].test(purpose)));
  const good = asked.filter(({ outcome }) => outcome.ok);
  if (good.length === 0)
    return none(asked.length === 0 ? 'Not asked of these logs' : 'Open, because the queries failed');
  // Those that found something say most.
  const telling = good.filter(({ outcome }) => (outcome.table?.rows.length ?? 1) > 0);
  return { cited: [...new Set((telling.length > 0 ? telling : good).map(({ outcome }) => outcome.evidence))], why: '' };
}
