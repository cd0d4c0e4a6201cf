import type { SectionName } from '../../report/schema';
import { joined } from '../../text/phrases';
import { seedsOf } from '../subject';
import { span } from '../time';
import { connect } from './connect';
import { code, defanged, prose, shownSeed } from './escape';
import { bullet, cite, cited, eventText, type Material } from './parts';
import { queryTable } from './process';
import { writeThreat } from './threat';
import { writeTimeline } from './timeline';

/** The report of a case that no source covers: one page that says why, and what to connect. */
export const NOT_INVESTIGATED: Record<SectionName, (material: Material) => string> = {
  'Executive Summary': (material) =>
    [
      `**SUSPICIOUS**, confidence ${material.judgement.confidence}. Not investigated: ${reason(material)} The alert ${alertText(material)} keeps its severity until logs of that time are connected. ${connect(material)}.`,
      elsewhere(material),
    ]
      .filter(Boolean)
      .join('\n\n'),
  'Hypothesis Analysis': () =>
    [
      '### 1. What the alert reports took place',
      '**Status:** open',
      '### 2. The alert is a false positive',
      '**Status:** open',
      'No log of the time can tell these two apart.',
    ].join('\n\n'),
  Timeline: writeTimeline,
  'Investigation Process': ({ gathered }) =>
    `${queryTable(gathered.steps)}\n\n### Gaps\n\n${bullet(
      gathered.gaps
        .slice(0, 6)
        .map((gap) => `${cited(gap.text.replace(/\.$/, ''), gap.evidence)}.`)
        .concat(gathered.gaps.length === 0 ? [`${gathered.notCovered}`] : []),
    )}`,
  'Technical Details': ({ gathered }) => {
    const named = seedsOf(gathered.subject);
    const alert = Object.values(gathered.alertEvidence).slice(0, 1);
    const { event } = gathered.subject;
    const events = event === null ? [] : [`event ${code(event, 90)} ${cite(alert)}`.trim()];
    return named.length + events.length === 0
      ? `${cited('The alert names no identity, key, address, host or resource', alert)}.`
      : `The alert names:\n\n${bullet(events.concat(named.slice(0, 10).map(({ kind, value }) => `${kind.replaceAll('_', ' ')} ${code(defanged(value), 90)} ${cite(alert)}`.trim())))}`;
  },
  'Threat Assessment': writeThreat,
  Recommendations: (material) => `### Immediate\n\n${bullet([`${connect(material)}.`, ...unknownOwner(material)])}`,
  'Lessons Learned': () => 'An alert whose logs are not connected can only be judged by the team that owns the system.',
};

function reason({ gathered }: Material): string {
  const [source] = gathered.sources;
  const listed = gathered.steps.filter(({ outcome }) => outcome.name === 'logs__list_sources');
  const numbers = listed.map(({ outcome }) => outcome.evidence);
  const spans = gathered.sources
    .filter(({ from, to }) => from !== null && to !== null)
    .slice(0, 2)
    .map(({ name, from, to }) => `${code(name)} holds ${span(from as number, to as number)}`); // filtered on the line before
  const text = (gathered.notCovered ?? '').replace(/\.$/, '');
  const start = text.charAt(0).toLowerCase() + text.slice(1);
  return `${cited(source && spans.length > 0 ? `${start}; ${joined(spans)}` : start, numbers)}.`;
}

function alertText({ gathered }: Material): string {
  const [alert] = gathered.subject.alerts;
  return alert
    ? cited(`"${prose(alert.title, 100)}" ${eventText(gathered.subject)}`.trim(), [
        gathered.alertEvidence[alert.id] ?? 0,
      ])
    : '';
}

/** What the alert names may still occur at other times: a lead, not an investigation. */
function elsewhere({ gathered }: Material): string {
  const isPart = (value: string, values: string[]): boolean => values.some((other) => other.startsWith(`${value}@`));
  const hits = gathered.presence.flatMap(
    ({ source, evidence, found }) =>
      found
        .filter((hit) => hit.first !== null && hit.last !== null)
        // The longest of its forms, as who did something before as what it was done to, once.
        .filter(
          ({ value }) =>
            !isPart(
              value,
              found.map((hit) => hit.value),
            ),
        )
        .sort((a, b) => Number(a.as === 'target') - Number(b.as === 'target'))
        .filter(({ value }, index, all) => all.findIndex((hit) => hit.value === value) === index)
        .map(
          (hit) =>
            `${code(defanged(hit.value), 80)} occurs in ${code(source.name)} at another time, ${span(hit.first as number, hit.last as number)} ${cite([evidence])}.`,
        ), // filtered
  );
  return hits.length === 0 ? '' : `*Leads*\n\n${bullet([...new Set(hits)].slice(0, 4))}`;
}

const unknownOwner = ({ gathered }: Material): string[] => {
  const [who] = gathered.subject.actors;
  return who
    ? [
        `Ask the owner of ${shownSeed(who, 80)} whether this was them ${cite(Object.values(gathered.alertEvidence).slice(0, 1))}.`,
      ]
    : [];
};
