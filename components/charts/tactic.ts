/** How tactics are called and colored; the color is never alone. */
type Look = { label: string; color: string };

/** A hue of its own for each, warm for what does harm; the theme sets how light. What only looks around is nearly gray. */
const hue = (degrees: number, chroma = 0.14): string => `oklch(var(--tactic-lightness) ${chroma} ${degrees})`;

const LOOKS: Record<string, Look> = {
  impact: { label: 'Impact', color: hue(20, 0.18) },
  exfiltration: { label: 'Exfiltration', color: hue(350, 0.18) },
  'credential-access': { label: 'Credential access', color: hue(42) },
  'privilege-escalation': { label: 'Privilege escalation', color: hue(62) },
  persistence: { label: 'Persistence', color: hue(88, 0.12) },
  'defense-evasion': { label: 'Defense evasion', color: hue(120, 0.12) },
  'lateral-movement': { label: 'Lateral movement', color: hue(318) },
  'command-and-control': { label: 'Command and control', color: hue(290) },
  collection: { label: 'Collection', color: hue(158, 0.12) },
  'initial-access': { label: 'Initial access', color: hue(258) },
  execution: { label: 'Execution', color: hue(228, 0.1) },
  discovery: { label: 'Discovery', color: hue(195, 0.06) },
  reconnaissance: { label: 'Reconnaissance', color: hue(270, 0.05) },
  'resource-development': { label: 'Resource development', color: hue(20, 0.05) },
};
const NONE: Look = { label: 'No known tactic', color: 'var(--ink-3)' };

export const tacticLook = (tactic: string | null): Look => (tactic === null ? NONE : (LOOKS[tactic] ?? NONE));
