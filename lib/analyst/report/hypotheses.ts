import { cite } from '../find-behaviour';
import { ATTEMPT_WEIGHTS, WEIGHTS } from '../finding';
import { LIMITS } from '../judge';
import { shortName } from './names';
import { bullet, type Material, spanOf, table } from './parts';

/** Hypothesis Analysis: ranked, each argument with its evidence and weight, then the rules that make the verdict. */
export function writeHypotheses({ judgement }: Material): string {
  const blocks = judgement.hypotheses.map((item, index) => {
    const rows = item.arguments.map((argument) => [
      argument.says,
      argument.points > 0 ? `+${argument.points}` : `${argument.points}`,
      cite(argument.evidence) || 'none',
    ]);
    const terms = item.arguments.map((argument) => argument.points);
    const sum = terms.length > 1 ? `${terms.join(' + ').replaceAll('+ -', '- ')} = ${item.points}` : `${item.points}`;
    return `### ${index + 1}. ${item.name}\n\n${item.claims} ${item.outcome}. Rule points: ${sum}.\n\n${table(['Argument', 'Weight', 'Evidence'], rows)}`;
  });
  const counting = judgement.findings.filter((finding) => finding.points > 0);
  const explained = judgement.findings.filter((finding) => finding.explained !== null);
  const parts = [...blocks];
  if (counting.length > 0) {
    parts.push(
      `### Findings that count\n\nScore of the findings: ${judgement.sum}.\n\n${table(
        ['Finding', 'By', 'When', 'Level', 'Weight', 'Evidence'],
        counting.map((finding) => [
          `${finding.did}${finding.attempt ? ' (attempt)' : ''}`,
          finding.principals.slice(0, 2).map(shortName).join(', '),
          spanOf(finding),
          finding.level,
          `${finding.points}`,
          cite(finding.evidence),
        ]),
      )}`,
    );
  }
  if (explained.length > 0) {
    parts.push(
      `### Findings that are explained\n\n${table(
        ['Finding', 'By', 'Explanation', 'Weight', 'Evidence'],
        explained.map((finding) => [
          finding.did,
          finding.principals.slice(0, 2).map(shortName).join(', '),
          finding.explained ?? '',
          '0',
          cite([...finding.evidence]),
        ]),
      )}`,
    );
  }
  const weights = (table: Record<string, number>): string =>
    Object.entries(table)
      .map(([level, points]) => `${level} ${points}`)
      .join(', ');
  parts.push(
    `### Rules of the verdict\n\n${bullet([
      `Weights of a finding that nothing explains: ${weights(WEIGHTS)}; of an attempt that was denied or failed: ${weights(ATTEMPT_WEIGHTS)}. Low findings weigh at most ${LIMITS.lowCap} together, medium ones at most ${LIMITS.mediumCap}.`,
      'A finding is explained when the same identity did the same from the same address with the same tool on two earlier days or in three earlier hours (a high one: on three earlier days), and not three times as often now. A critical finding is never explained by habit.',
      `Rule for MALICIOUS: score of at least ${LIMITS.malicious}, two tactics, and one critical or three high findings. Rule for BENIGN: score of at most ${LIMITS.benign}, a baseline that covers ${LIMITS.covered} % of the window, no gap that matters. Otherwise SUSPICIOUS.`,
      `Rule for confidence: ${judgement.confidenceSum}.`,
      ...judgement.barred.map((bar) => `Against BENIGN: ${bar}`),
    ])}`,
  );
  return parts.join('\n\n');
}
