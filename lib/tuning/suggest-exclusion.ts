import type { z } from 'zod';
import { joinDetections, readDetectionFile } from '../analyst/sigma/load-rules';
import type { Flat } from '../analyst/sigma/match';
import { type Actor, authorize } from '../auth/guard';
import { currentFolder } from '../method/files';
import { readMethodFile } from '../method/read-method';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { maskSecrets } from '../secrets/mask-secrets';
import { sigmaSelection, withExclusion } from './edit-detection';
import { eventRoot, type Found, fieldsOf, findDetection } from './find-detection';
import { MIN_CLOSURES } from './min-closures';
import { effectOf } from './read-effect';
import { ruleAlerts } from './rule-alerts';
import { type Exclusion, ExclusionQuery, type SharedField } from './schema';
import { sharedValues } from './shared-values';

/** Closures that are compared; more say nothing new. */
const MAX_EVENTS = 500;

/**
 * An exclusion for the alerts of a rule, from what all of its benign closures of the last 90 days share, written into the store's
 * detection that fires on them, with its effect. Nothing is changed: it is proposed like any other change of the method.
 */
export async function suggestExclusion(actor: Actor, input: z.input<typeof ExclusionQuery>): Promise<Exclusion> {
  authorize(actor, 'method.propose');
  authorize(actor, 'alerts.read');
  const { rule } = ExclusionQuery.parse(input);
  const { benign, malicious, closures } = await readClosures(rule);
  const none: Exclusion = { rule, closures, filter: [], sigma: '', detection: null, proposal: null, reason: null };
  if (closures < MIN_CLOSURES)
    return {
      ...none,
      reason: `An exclusion needs at least ${MIN_CLOSURES} alerts of this rule that were closed as benign or false positive in the last 90 days. There ${closures === 1 ? 'is 1' : `are ${closures}`}.`,
    };
  const found = findDetection(rule, await currentRules(), benign);
  const filter = await sharedBy(benign, malicious, found);
  const detection = found && {
    title: found.rule.title,
    path: found.rule.file,
    fires: found.fires,
    others: found.others.slice(0, 5),
  };
  if (filter.length === 0)
    return {
      ...none,
      detection,
      reason:
        'The benign closures have no user, address or resource in common, or only with too many values. Change the rule’s own condition instead, or add its entities to a known-good list.',
    };
  const sigma = sigmaSelection('filter_known_benign', filter);
  if (!found) return { ...none, filter, sigma, reason: NO_DETECTION };
  return { ...none, filter, sigma, detection, ...(await proposalOf(actor, { rule, closures, filter, found })) };
}

const NO_DETECTION =
  'No detection of the store fires on these alerts. Add the exclusion to the rule in the tool that sends them.';

async function readClosures(rule: string): Promise<{ benign: Flat[]; malicious: Flat[]; closures: number }> {
  const benign: Flat[] = [];
  const malicious: Flat[] = [];
  let closures = 0;
  for await (const { disposition, status, event } of ruleAlerts([rule])) {
    if (status !== 'closed') continue;
    const isBenign = disposition === 'benign' || disposition === 'false_positive';
    if (isBenign) closures += 1;
    if (isBenign && benign.length < MAX_EVENTS) benign.push(event);
    if (disposition === 'true_positive' && malicious.length < MAX_EVENTS) malicious.push(event);
  }
  return { benign, malicious, closures };
}

/** The detections as they hold now, those approved and not yet committed too. */
async function currentRules() {
  const files = [...(await currentFolder('detections'))].filter(
    ([name, text]) => /\.ya?ml$/i.test(name) && text.trim() !== '',
  );
  const { rules } = joinDetections(files.map(([name, text]) => readDetectionFile(name, text)));
  return [...rules.values()];
}

/** Without what a secret may be in: a filter is committed. */
async function sharedBy(benign: Flat[], malicious: Flat[], found: Found | null): Promise<SharedField[]> {
  const selected = found ? fieldsOf(found.rule) : new Set<string>();
  const root = found ? eventRoot(benign, selected) : '';
  if (root === null) return [];
  await loadKnownSecrets();
  return sharedValues(benign, malicious, { root, selected }).filter(({ values }) =>
    values.every((value) => maskSecrets(value) === value),
  );
}

type Wanted = { rule: string; closures: number; filter: SharedField[]; found: Found };

async function proposalOf(
  actor: Actor,
  { rule, closures, filter, found: { rule: detection } }: Wanted,
): Promise<Pick<Exclusion, 'proposal' | 'reason'>> {
  const file = await readMethodFile(actor, detection.file);
  const text = withExclusion(file.text, detection.id, filter);
  const read = text === null ? null : readDetectionFile(detection.file.split('/').at(-1) ?? '', text);
  if (text === null || read?.problems.length)
    return {
      proposal: null,
      reason: `“${detection.title}” is not written in a way that can be edited automatically. Add the exclusion to ${detection.file} yourself.`,
    };
  const effect = await effectOf(detection.file, file.text, text, rule);
  if (!effect || effect.silenced === 0)
    return {
      proposal: null,
      reason: `“${detection.title}” goes by this name but does not fire on the events in these alerts. Add the exclusion to the rule in the tool that sends them.`,
    };
  const what = filter.map(({ field, values }) => `${field} ${values.join(' or ')}`).join(', ');
  const note = `Exclude ${what} from “${detection.title}”: ${closures} alerts of ${rule} with it were closed as benign or false positive in 90 days.`;
  return { proposal: { file, text, note: note.slice(0, 1000), effect }, reason: null };
}
