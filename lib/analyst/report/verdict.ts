import { ATTEMPT_WEIGHTS, WEIGHTS } from '../finding';
import { LIMITS } from '../judge';
import { cited, findingPredicate, type Material } from './parts';

/**
 * How the verdict was reached, for the record of the run: the rules, each finding's score and the confidence. It is no part of the
 * report, which a person signs for its content.
 */
export function explainVerdict({ judgement }: Material): string {
  const { classification, confidence, confidenceTerms, findings, score, blockers } = judgement;
  const scored = findings.filter((finding) => finding.score > 0);
  const explained = findings.filter((finding) => finding.explained !== null);
  const weights = (table: Record<string, number>): string =>
    Object.entries(table)
      .map(([level, points]) => `${level} ${points}`)
      .join(', ');
  const lines = [
    `How the verdict was reached: ${classification}, confidence ${confidence} of 100.`,
    '',
    `Score ${score}. MALICIOUS needs ${LIMITS.malicious}, two tactics and one critical or three high findings, or ${LIMITS.pair}, three tactics and two high findings; BENIGN at most ${LIMITS.benign}, a baseline that covers ${LIMITS.covered} % of the window (at most ${LIMITS.aside} events of another source aside, if nothing was found in them) and no gap that matters; anything else is SUSPICIOUS.`,
    ...scored.map(
      (finding) =>
        `- ${finding.score}: ${findingPredicate(finding)} (${finding.level}${finding.attempt ? ', attempt' : ''}) ${cited('', finding.evidence)}`,
    ),
    ...explained.map(
      (finding) => `- 0: ${finding.did}, explained: ${finding.explained} ${cited('', finding.evidence)}`,
    ),
    '',
    `Confidence: ${confidenceTerms.map(({ value, why }) => `${value > 0 ? '+' : ''}${value} (${why})`).join(', ')}; kept between 5 and 95.`,
    ...(blockers.length > 0 && classification !== 'BENIGN'
      ? ['', 'Not BENIGN because:', ...blockers.map(({ text, evidence }) => `- ${cited(text, evidence)}`)]
      : []),
    '',
    `Weights: ${weights(WEIGHTS)}; attempts: ${weights(ATTEMPT_WEIGHTS)}. Low findings weigh at most ${LIMITS.lowCap} together, medium ones ${LIMITS.mediumCap}. A finding is explained when the same identity did the same from the same address with the same tool on two earlier days or in three earlier hours (a high one: on three earlier days), or at the same hour of two earlier weeks, and not three times as often now. A tool whose address is another every day is compared by its network. Reading lists and settings from a place where the identity worked on three earlier days is explained too; so is what a machine got by a group policy as another a day before, what a new account does that was set up as another had been, and a scan from outside of which every attempt was refused. A critical finding is never explained by habit.`,
  ];
  return lines.join('\n');
}
