import { joined } from '../../text/phrases';
import { BROKEN_INTO, REFUSED_SCAN } from '../finding';
import { firstActs } from '../first-acts';
import { capital } from '../grammar';
import { findingPredicate, leadingFindings, type Material } from './parts';
import { techniquesOf } from './threat';

/** What report__set_assessment is given. */
export function assessment(material: Material): Record<string, unknown> {
  const { judgement } = material;
  return {
    classification: judgement.classification,
    confidence: judgement.confidence,
    assessed_severity: judgement.severity,
    techniques: techniquesOf(material).slice(0, 50),
    summary: oneLine(material),
  };
}

/** A line for lists: no text from logs in it. */
function oneLine({ judgement, gathered }: Material): string {
  if (gathered.notCovered !== null) return `Not investigated. ${gathered.notCovered}`;
  if (gathered.cases.length === 0) return 'No searched log has an event about what the alert names.';
  if (judgement.classification === 'BENIGN')
    return judgement.findings.some(({ explained }) => explained === REFUSED_SCAN)
      ? 'Noise of the internet: every attempt of the scan was refused.'
      : firstActs(gathered, judgement.findings).length > 0
        ? 'Harmless and from the usual place, but the first of its kind.'
        : 'Routine: the same identity did the same on earlier days.';
  const list = leadingFindings(judgement).filter(({ level }) => level !== 'low');
  if (list.length === 0) return 'Only low-level findings, but no baseline that explains them.';
  // "Read far more than before" says "read objects" too.
  const told = new Set<string>();
  const distinct = list.filter(({ techniques }) => {
    const isNew = techniques.length === 0 || techniques.some((id) => !told.has(id));
    for (const id of techniques) told.add(id);
    return isNew;
  });
  // The way in first: whoever signed in is hardly the owner who did the rest.
  const acts = [...new Set(distinct.map(findingPredicate))]
    .sort((a, b) => Number(b.startsWith(BROKEN_INTO)) - Number(a.startsWith(BROKEN_INTO)))
    .map((act) => act.replace(BROKEN_INTO, 'somebody signed in'));
  const many = new Set(list.flatMap(({ principals }) => principals)).size;
  return `${capital(joined(acts.slice(0, 4)))}${many > 1 ? `; ${many} identities` : ''}.`;
}
