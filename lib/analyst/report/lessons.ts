import { text } from '../case';
import { REFUSED_SCAN } from '../finding';
import { clock, DAY, MINUTE } from '../time';
import { code } from './escape';
import { isProgram, shortName } from './names';
import { bullet, cited, type Material, seriousFindings } from './parts';

/** Lessons Learned: what the rule, the logs or this investigation should do better. */
export function writeLessons(material: Material): string {
  const { judgement, gathered } = material;
  const lines = lateAlert(material);
  // A source that others are in for days before is kept long enough.
  const thin = judgement.baselines.find(
    ({ before, source }) =>
      before === 0 &&
      source.from !== null &&
      gathered.cases.some(
        (item) => item.source.name === source.name && item.window.from - (source.from as number) < KEPT_FOR, // not null: above
      ),
  );
  if (thin)
    lines.push(
      `${cited(`${code(thin.source.name)} begins less than a week before the case; keep 90 days, so that there is a baseline for ${shortName(thin.principal)}`, thin.evidence)}.`,
    );
  if (gathered.subject.actors.length === 0)
    lines.push('The alert names no identity or address; have the detection rule pass on who acted and from where.');
  const bySource = gathered.gaps.filter((gap) => gap.blocks && gap.about === undefined).slice(0, 1);
  for (const gap of bySource) lines.push(`${cited(gap.text.replace(/\.$/, ''), gap.evidence)}.`);
  const related = gathered.context.find(({ speaksFor }) => speaksFor === 'case');
  if (related && judgement.classification !== 'BENIGN')
    lines.push(
      `${cited('Several alerts came of this one case: group the alerts of one identity within a day', related.evidence)}.`,
    );
  if (judgement.classification === 'BENIGN' || lines.length === 0)
    lines.push(
      judgement.classification === 'BENIGN'
        ? judgement.findings.some(({ explained }) => explained === REFUSED_SCAN)
          ? 'The verdict rests on the flow log: it would be wrong if something let a connection in that the log does not record.'
          : 'The verdict compares actions, not contents: it would be wrong if someone used the same identity, address and tool for the usual actions on other data.'
        : judgement.classification === 'MALICIOUS'
          ? 'The verdict would change only for an agreed exercise: have those announced where alerts are triaged.'
          : 'Logs show neither change tickets nor agreed exercises: link them to the alert, since either would change the verdict.',
    );
  return bullet([...new Set(lines)].slice(0, 4));
}

/** Less than this before the case is too little to know what is usual. */
const KEPT_FOR = 7 * DAY;

/** An alert this much after the first act that counts came late. */
const LATE = 15 * MINUTE;

function lateAlert(material: Material): string[] {
  const { at } = material.gathered.subject;
  // Another alert of the same case may have come earlier.
  if (material.gathered.context.some(({ speaksFor }) => speaksFor === 'case')) return [];
  const [earliest] = seriousFindings(material.judgement)
    .filter(({ kind, first, facts }) => kind === 'action' && first !== null && facts.length > 0)
    .sort((a, b) => (a.first ?? 0) - (b.first ?? 0));
  const first = earliest?.first ?? null;
  if (!earliest || at === null || first === null || at - first < LATE || at - first > DAY) return [];
  const name = text(earliest.facts[0]?.row ?? {}, 'action');
  const action = code(name);
  // The same event raised this alert only when it came again.
  if (material.gathered.subject.alerts.some(({ title }) => title.includes(name)))
    return [
      `${cited(`The same event came first at ${clock(first)}, and this alert is of ${clock(at)}: find out what became of the first`, earliest.evidence)}.`,
    ];
  // That a program ran is no event to alert on: what it did is.
  const what = isProgram(name)
    ? `${clock(first)} (${earliest.did}): alert on that`
    : `${clock(first)}: alert on ${action}`;
  return [
    `${cited(`The alert came at ${clock(at)}, the first act that counts at ${what} as well`, earliest.evidence)}.`,
  ];
}
