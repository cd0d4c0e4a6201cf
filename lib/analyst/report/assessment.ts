import { technique } from '../../attack/techniques';
import type { Judgement } from '../judge';
import type { Material } from './parts';
import { techniquesOf } from './threat';

/** What report__set_assessment is given. */
export function assessment({ judgement, gathered }: Material): Record<string, unknown> {
  return {
    classification: judgement.classification,
    confidence: judgement.confidence,
    assessed_severity: judgement.severity,
    techniques: techniquesOf(judgement.findings, technique).slice(0, 50),
    summary: oneLine(judgement, gathered.cases.length > 0),
  };
}

/** A line for lists: no text from logs in it. */
function oneLine(judgement: Judgement, seen: boolean): string {
  if (!seen)
    return 'Nothing that the alert names was found in the logs that were searched; undecided for want of evidence.';
  const serious = judgement.findings.filter((finding) => finding.points > 0 && finding.level !== 'low');
  if (judgement.classification === 'BENIGN')
    return 'Routine operation: the same identity did the same on earlier days from the same address with the same tool, and nothing unexplained was found.';
  if (serious.length === 0) return 'Only low-level findings, but no baseline that explains them.';
  const list = [...new Set(serious.map((finding) => `${finding.did}${finding.attempt ? ' (attempt)' : ''}`))];
  return `The identities of the alert: ${list.slice(0, 6).join('; ')}.`;
}
