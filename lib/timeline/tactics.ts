import { type DetectionRule, readRules, type SigmaRule } from '../analyst/sigma/rule';
import type { Node } from '../analyst/sigma/test';
import { technique } from '../attack/techniques';
import { log } from '../log/log';
import { readStoreFolder } from '../store/read-store-file';

/** Fields that name what was done. */
const ACTION =
  /^(?:event_?name|eventtype|event_?type|operation(?:name)?|action|method(?:name)?|eventid|displaymessage)$/i;
const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];

let cached = { key: '', tactics: new Map<string, string>() };

/** The tactic of each action that a detection of the store asks for by name, in lower case; of several, the most severe rule's. */
export async function tacticsByAction(): Promise<ReadonlyMap<string, string>> {
  const files = await readStoreFolder('detections');
  const key = [...files.entries()].flat().join('\n');
  if (cached.key === key) return cached.tactics;
  const rules = [...files].flatMap(([name, text]) => (/\.ya?ml$/.test(name) ? readAll(text, name) : []));
  const tactics = new Map<string, string>();
  const bySeverity = rules.filter((rule): rule is DetectionRule => rule.kind === 'detection');
  for (const rule of bySeverity.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))) {
    const tactic = rule.techniques.flatMap((id) => technique(id)?.tactics ?? [])[0];
    if (tactic) for (const action of actionsIn(rule.condition)) tactics.set(action, tactic);
  }
  cached = { key, tactics };
  return tactics;
}

/** A team's broken rule takes its own color away, not the picture. */
function readAll(text: string, name: string): SigmaRule[] {
  try {
    return readRules(text, name);
  } catch (error) {
    log.warn({ err: error, file: name }, 'a detection could not be read for the timeline');
    return [];
  }
}

function actionsIn(node: Node): string[] {
  if (node.kind === 'and' || node.kind === 'or') return node.items.flatMap(actionsIn);
  if (node.kind === 'not' || node.test.kind !== 'like' || !ACTION.test(node.field ?? '')) return [];
  const [only, ...more] = node.test.parts;
  return typeof only === 'string' && more.length === 0 ? [only.toLowerCase()] : [];
}
