import { cite } from '../find-behaviour';
import type { Finding } from '../finding';
import { LIMITS } from '../judge';
import { seedsOf } from '../subject';
import { clock } from '../time';
import { code, prose } from './escape';
import { shortName } from './names';
import { bullet, findingText, LABEL, type Material } from './parts';

/** Executive Summary: the verdict first, then why, then what is missing. */
export function writeSummary(material: Material): string {
  const { gathered, judgement, coaching } = material;
  const alert = gathered.subject.alerts[0];
  const primary = [...new Set(gathered.cases.flatMap((item) => item.primary))];
  const parts: string[] = [];
  parts.push(
    `**${judgement.classification}**, confidence ${judgement.confidence} of 100. Written by the ${LABEL}; a person decides.`,
  );
  const alertCite =
    alert && gathered.alertEvidence[alert.id] ? ` ${cite([gathered.alertEvidence[alert.id] as number])}` : '';
  const about = alert
    ? `The alert "${prose(alert.title)}"${gathered.subject.at === null ? '' : ` of ${clock(gathered.subject.at)}`}${alertCite}`
    : 'The alert';
  if (gathered.cases.length === 0) {
    parts.push(
      `${about} could not be followed into the logs: ${nothingFound(material)} A verdict of BENIGN needs evidence, so the case stays SUSPICIOUS until somebody finds the missing logs.`,
    );
  } else {
    parts.push(
      `${about} was followed to ${primary.slice(0, 4).map(shortName).join(', ')}${primary.length > 4 ? ' and others' : ''} in ${gathered.cases.map((item) => `${code(item.source.name)} (${item.source.mapping.label})`).join(', ')} ${cite(gathered.cases.flatMap((item) => [...gathered.presence.filter(({ source }) => source === item.source).map(({ evidence }) => evidence), ...item.who.slice(0, 1).map(({ evidence }) => evidence)]))}.`,
    );
  }
  const counting = judgement.findings.filter((finding) => finding.points > 0 && finding.level !== 'low');
  if (counting.length > 0) {
    const ordered = [...counting].slice(0, 20).sort((a, b) => (a.first ?? 0) - (b.first ?? 0));
    parts.push(
      `What counts against it, in time order:\n\n${bullet(ordered.map((finding) => `${tacticOf(finding, material)}${findingText(finding)}`))}`,
    );
  } else if (gathered.cases.length > 0) parts.push('Nothing that was found counts as more than looking around.');
  if (judgement.reason !== null) parts.push(`It is BENIGN for a named reason: ${judgement.reason}.`);
  else if (judgement.classification === 'SUSPICIOUS')
    parts.push(
      `It is not MALICIOUS, which needs ${LIMITS.malicious} rule points, two tactics and a critical or three high findings. It is not BENIGN either:\n\n${bullet(judgement.barred.slice(0, 6))}`,
    );
  const gaps = gathered.gaps.map((gap) => `${gap.text} ${cite(gap.evidence)}`.trim());
  if (gaps.length > 0) parts.push(`Gaps: ${gaps.slice(0, 5).join(' ')}`);
  if (coaching.instruction !== null)
    parts.push(
      `This draft follows the instruction "${prose(coaching.instruction, 200)}"; what was done about it stands in Investigation Process.`,
    );
  return parts.join('\n\n');
}

/** The tactic a finding stands for, in ATT&CK's words, so that a reader sees the kind of harm first. */
function tacticOf(finding: Finding, { technique }: Material): string {
  const [tactic] = finding.techniques.flatMap((id) => technique(id)?.tactics ?? []);
  return tactic
    ? `**${tactic.replace(/(^|-)(\w)/g, (_, dash: string, letter: string) => (dash === '' ? '' : ' ') + letter.toUpperCase())}:** `
    : '';
}

function nothingFound({ gathered }: Material): string {
  if (seedsOf(gathered.subject).length === 0) return 'it names no identity, key, address or resource.';
  if (gathered.presence.length === 0) return 'there was no log source that could be searched.';
  return `the values it names occur in none of the sources that were searched ${cite(gathered.presence.map((item) => item.evidence))}.`;
}
