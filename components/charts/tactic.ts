/** How tactics are called and colored; the color is never alone. */
type Look = { label: string; color: string };

const LOOKS: Record<string, Look> = {
  impact: { label: 'Impact', color: 'var(--critical)' },
  exfiltration: { label: 'Exfiltration', color: 'var(--critical)' },
  'credential-access': { label: 'Credential access', color: 'var(--high)' },
  'privilege-escalation': { label: 'Privilege escalation', color: 'var(--high)' },
  persistence: { label: 'Persistence', color: 'var(--medium)' },
  'defense-evasion': { label: 'Defense evasion', color: 'var(--medium)' },
  'lateral-movement': { label: 'Lateral movement', color: 'var(--model)' },
  'command-and-control': { label: 'Command and control', color: 'var(--model)' },
  collection: { label: 'Collection', color: 'var(--good)' },
  'initial-access': { label: 'Initial access', color: 'var(--accent)' },
  execution: { label: 'Execution', color: 'var(--accent)' },
  discovery: { label: 'Discovery', color: 'var(--low)' },
  reconnaissance: { label: 'Reconnaissance', color: 'var(--low)' },
  'resource-development': { label: 'Resource development', color: 'var(--low)' },
};
const NONE: Look = { label: 'No known tactic', color: 'var(--ink-3)' };

export const tacticLook = (tactic: string | null): Look => (tactic === null ? NONE : (LOOKS[tactic] ?? NONE));
