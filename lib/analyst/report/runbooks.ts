import type { Topic } from '../../runbooks/topics';
import type { Step } from '../case';
import { prose } from './escape';
import { cite, type Material, table } from './parts';

/** The queries that answer a topic, by their questions. */
const QUESTIONS: Record<Topic, RegExp> = {
  alert: /^What does the alert say\?$/,
  who: /^Who (?:caused the events|is behind the values|touched what the alert)/,
  'sign-ins': /^Who signed in, from where\?$/,
  'second-factor': /^Was a second factor passed/,
  baseline: /^(?:How much of the window is in the baseline|What did they do before, in and after the window)\?$/,
  activity:
    /^(?:What happened, in episodes|When were they active|Which notable or denied actions lie in the window)\?$/,
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
/** Citations in one cell. */
const MOST_CITED = 4;

/** Which questions of the runbook that fits best were put to the logs, by which queries, and which are left to people. */
export function runbookAnswers({ caseFile, gathered }: Material): string {
  const [runbook, ...others] = caseFile.runbooks ?? [];
  if (!runbook) return '';
  const also = others.length > 0 ? ` Also fitting: ${others.map(({ title }) => prose(title, 80)).join('; ')}.` : '';
  const rows = runbook.questions.map(({ text, topics }) => [prose(inWords(text), 160), answer(gathered.steps, topics)]);
  // By its title: the name of a file would be a claim that no record has.
  return `Runbook: ${prose(runbook.title, 80)}.${also}\n\n${table(['Question of the runbook', 'Answered by'], rows)}`;
}

/** "`PassRole`" as "pass role": the name of an event beside citations would be a claim that they have it. */
const inWords = (question: string): string =>
  question
    .replaceAll('`', '')
    .replace(/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/g, (name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase());

function answer(steps: Step[], topics: Topic[]): string {
  if (topics.length === 0) return 'Left to a person';
  const asked = steps.filter(({ purpose }) => topics.some((topic) => QUESTIONS[topic].test(purpose)));
  const good = asked.filter(({ outcome }) => outcome.ok);
  if (good.length === 0) return asked.length === 0 ? 'Not asked of these logs' : 'Open: the queries failed';
  // Those that found something say most.
  const telling = good.filter(({ outcome }) => (outcome.table?.rows.length ?? 1) > 0);
  const cited = (telling.length > 0 ? telling : good).map(({ outcome }) => outcome.evidence);
  // How many more is no number that a record could show.
  const rest = new Set(cited).size > MOST_CITED ? ' and others' : '';
  return `${telling.length > 0 ? '' : 'No rows '}${cite(cited.slice(0, MOST_CITED))}${rest}`;
}
