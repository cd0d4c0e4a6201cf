import { text } from '../case';
import { cite } from '../find-behaviour';
import { code } from './escape';
import { shortName } from './names';
import { bullet, type Material } from './parts';

/** Recommendations: what undoes what was found, with the keys and names it concerns. */
export function writeRecommendations({ judgement, gathered }: Material): string {
  const counting = judgement.findings.filter((finding) => finding.points > 0);
  const serious = counting.filter((finding) => finding.level !== 'low');
  const immediate: string[] = [];
  if (
    judgement.classification === 'MALICIOUS' ||
    serious.some((finding) => finding.level === 'critical' || finding.level === 'high')
  ) {
    const actors = new Set(serious.flatMap((finding) => finding.principals));
    for (const source of gathered.cases) {
      const keys = new Map<string, number>();
      for (const { row, evidence } of [...source.who, ...source.neighbours]) {
        if (actors.has(text(row, 'principal')) && text(row, 'key') !== '') keys.set(text(row, 'key'), evidence);
      }
      for (const [key, evidence] of [...keys].slice(0, 8))
        immediate.push(
          `${key.startsWith('ASIA') ? 'Revoke the session behind' : 'Deactivate and rotate'} ${code(key)} [E${evidence}].`,
        );
    }
    if (actors.size > 0)
      immediate.push(
        `Ask the owners of ${[...actors].slice(0, 6).map(shortName).join(', ')} whether this was they, by a way other than the account itself ${cite(serious.flatMap((finding) => finding.evidence))}.`,
      );
  }
  for (const finding of serious) {
    if (finding.undo === null || finding.attempt) continue;
    const targets = [...new Set(finding.facts.map(({ row }) => text(row, 'target')))].filter((target) => target !== '');
    const where =
      targets.length === 0 || targets.length > 4
        ? ''
        : ` It concerns ${targets.map((target) => code(target, 90)).join(', ')}.`;
    immediate.push(`${finding.undo}${where} ${cite(finding.evidence)}`);
  }
  if (immediate.length === 0)
    immediate.push(
      judgement.classification === 'BENIGN'
        ? 'None: close the alert as benign after a look at the reason named.'
        : 'Ask the owner of the identity what the activity was for, before closing the alert.',
    );

  const short: string[] = [];
  const attempts = serious.filter((finding) => finding.attempt);
  if (attempts.length > 0)
    short.push(
      `Find out why these were tried, though they did not succeed: ${[...new Set(attempts.map((finding) => finding.did))].slice(0, 5).join('; ')} ${cite(attempts.flatMap((finding) => finding.evidence))}.`,
    );
  for (const gap of gathered.gaps.slice(0, 5)) short.push(`Close the gap: ${gap.text} ${cite(gap.evidence)}`.trim());
  if (gathered.absent.length > 0)
    short.push(
      `Find logs that hold ${gathered.absent
        .slice(0, 5)
        .map(({ value }) => code(value))
        .join(', ')}: none of those searched does.`,
    );
  if (short.length === 0) short.push('Check the same identities in log sources that are not connected here.');

  const long: string[] = [];
  const tactics = judgement.tactics;
  if (tactics.includes('defense-evasion') || tactics.includes('Defense Evasion'))
    long.push(
      'Deny changes to trails, flow logs and detectors to everybody but a break-glass role (service control policy).',
    );
  if (tactics.includes('credential-access') || tactics.includes('Credential Access'))
    long.push('Limit who may read secrets, parameters and instance passwords, and alert on many reads in a minute.');
  if (counting.some((finding) => finding.did.includes('sign')))
    long.push('Require phishing-resistant factors and lock accounts out after repeated failures.');
  if (judgement.classification === 'BENIGN')
    long.push('Tune the detection to this identity, address and tool together, never to the identity alone.');
  if (long.length === 0) long.push('Keep ninety days of these logs, so that there is a baseline to compare with.');
  return `### Immediate\n\n${bullet([...new Set(immediate)])}\n\n### Short-term\n\n${bullet([...new Set(short)])}\n\n### Long-term\n\n${bullet([...new Set(long)])}`;
}

/** Lessons Learned: what this investigation could not do, and what would refute it. */
export function writeLessons({ judgement, gathered, coaching }: Material): string {
  const lines: string[] = [];
  for (const gap of gathered.gaps) lines.push(`${gap.text} ${cite(gap.evidence)}`.trim());
  for (const baseline of judgement.baselines.filter((item) => item.before === 0))
    lines.push(
      `The logs begin with the activity of ${shortName(baseline.principal)}: without earlier days, "first seen" says little ${cite(baseline.evidence)}.`,
    );
  const [favourite] = judgement.hypotheses;
  if (favourite || coaching.refute) {
    lines.push(
      judgement.classification === 'BENIGN'
        ? 'It would be wrong if somebody used the same identity, address and tool for the usual actions on other data: the rules compare actions, not contents.'
        : 'It would be wrong if the owner can show a change record or an agreed test for these times: the logs hold neither.',
    );
  }
  if (coaching.refute)
    for (const item of judgement.hypotheses)
      for (const argument of item.arguments.filter((entry) => entry.points < 0))
        lines.push(`Against "${item.name}": ${argument.says} ${cite(argument.evidence)}`);
  if (judgement.findings.some((finding) => finding.attempt && finding.points > 0))
    lines.push(
      'Attempts that failed with an error are as telling as those that worked: a detection should count both.',
    );
  lines.push(
    'The built-in analyst follows rules and a fixed table of actions: it does not read intent, tickets or chat, and an action that its table does not know weighs nothing.',
  );
  return bullet([...new Set(lines)]);
}
