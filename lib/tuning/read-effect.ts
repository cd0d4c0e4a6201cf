import { severityOf } from '../alerts/schema';
import { readDetectionFile } from '../analyst/sigma/load-rules';
import { matches } from '../analyst/sigma/match';
import type { DetectionRule } from '../analyst/sigma/rule';
import { type Actor, authorize } from '../auth/guard';
import { kindOf } from '../method/files';
import { readChange } from '../method/read-method';
import { countRuleAlerts, type RuleAlert, ruleAlerts } from './rule-alerts';
import { EFFECT_GROUPS, type Effect, type EffectGroup, MAX_ALERTS, SilencedAlert } from './schema';

const MAX_ITEMS = 100;

/**
 * What a proposed change of a detection does to the alerts of the last 90 days: those of the rule that it was proposed for, else those
 * that go by the detection's own title or id. null for a change of another kind of file, of a text that can't be read, and where every
 * rule fires on what it fired on before. @throws AppError not_found
 */
export async function readEffect(actor: Actor, changeId: string): Promise<Effect | null> {
  authorize(actor, 'alerts.read');
  const { path, before, text, alertRule } = await readChange(actor, changeId);
  if (kindOf(path) !== 'detection') return null;
  return effectOf(path, before, text, alertRule);
}

/** The same of two texts of a file. @param alertRule the rule of the alerts to try it on; null: those that go by a changed detection */
export async function effectOf(
  path: string,
  before: string,
  text: string,
  alertRule: string | null,
): Promise<Effect | null> {
  const [old, now] = [detectionsIn(path, before), detectionsIn(path, text)];
  const changed = changedRules(old ?? [], now ?? []);
  if (now === null || changed.before.length + changed.after.length === 0) return null;
  const own = [...changed.before, ...changed.after].flatMap(({ title, id }) => [title, id]);
  const rules = alertRule === null ? [...new Set(own)] : [alertRule];
  const groups = new Map(EFFECT_GROUPS.map((group) => [group, { group, fired: 0, silenced: 0 }]));
  const items: SilencedAlert[] = [];
  const total = { alerts: 0, added: 0 };
  for await (const alert of ruleAlerts(rules)) {
    total.alerts += 1;
    const fired = changed.before.some((rule) => matches(rule, alert.event));
    const fires = changed.after.some((rule) => matches(rule, alert.event));
    if (!fired && fires) total.added += 1;
    const counts = groups.get(groupOf(alert));
    if (!fired || !counts) continue;
    counts.fired += 1;
    if (fires) continue;
    counts.silenced += 1;
    items.push(itemOf(alert));
  }
  const counted = [...groups.values()];
  const sum = (of: 'fired' | 'silenced') => counted.reduce((all, one) => all + one[of], 0);
  return {
    rules,
    alerts: total.alerts,
    omitted: total.alerts < MAX_ALERTS ? 0 : Math.max(0, (await countRuleAlerts(rules)) - total.alerts),
    fired: sum('fired'),
    silenced: sum('silenced'),
    groups: counted.filter(({ fired }) => fired > 0),
    added: total.added,
    items: items.sort((a, b) => EFFECT_GROUPS.indexOf(a.group) - EFFECT_GROUPS.indexOf(b.group)).slice(0, MAX_ITEMS),
  };
}

/** An empty text is one without rules; null: it can't be read. */
function detectionsIn(path: string, text: string): DetectionRule[] | null {
  if (text.trim() === '') return [];
  const { rules, problems } = readDetectionFile(path.slice(path.lastIndexOf('/') + 1), text);
  return problems.length === 0 ? rules.filter((rule) => rule.kind === 'detection') : null;
}

/** The rules that fire on other events than before, or are new or gone. */
function changedRules(before: DetectionRule[], after: DetectionRule[]) {
  const asked = ({ condition, logsource }: DetectionRule): string => JSON.stringify([logsource, condition]);
  const isSame = (others: DetectionRule[], rule: DetectionRule): boolean =>
    others.some((other) => other.id === rule.id && asked(other) === asked(rule));
  return {
    before: before.filter((rule) => !isSame(after, rule)),
    after: after.filter((rule) => !isSame(before, rule)),
  };
}

function groupOf({ status, disposition }: RuleAlert): EffectGroup {
  if (status !== 'closed') return 'open';
  return EFFECT_GROUPS.find((group) => group === disposition) ?? 'undetermined';
}

const itemOf = (alert: RuleAlert): SilencedAlert =>
  SilencedAlert.parse({
    id: alert.id,
    title: alert.title,
    severity: severityOf(alert.severity),
    group: groupOf(alert),
    receivedAt: alert.receivedAt.toISOString(),
  });
