import type { CheckFinding } from '@/lib/checks/finding';

/** What the list shows as one: a finding, and the values of others that the same words and the same fix are about. */
export type ListedFinding = CheckFinding & { also: string[] };

/** Findings on one line that share a fix (four regions with the wrong citation) become one, in the order of the text. */
export function combineFindings(findings: CheckFinding[]): ListedFinding[] {
  const byFix = new Map<string, ListedFinding>();
  const listed: ListedFinding[] = [];
  for (const finding of findings) {
    const { value, ...others } = finding.data;
    const { rule, severity, line, reason, fix } = finding;
    const key =
      fix && typeof value === 'string' ? JSON.stringify([rule, severity, line, reason, others, fix]) : undefined;
    const same = key === undefined ? undefined : byFix.get(key);
    if (same) {
      same.also.push(String(value));
      continue;
    }
    const entry = { ...finding, also: [] };
    listed.push(entry);
    if (key !== undefined) byFix.set(key, entry);
  }
  return listed;
}

/** The position tells two equal findings apart. */
export const listKey = ({ rule, line, column, message }: CheckFinding): string =>
  `${rule} ${line} ${column} ${message}`;

/** In the order of the list: errors first, each part in the order of the text. */
export function listFindings(findings: CheckFinding[]): { errors: ListedFinding[]; warnings: ListedFinding[] } {
  const listed = combineFindings(findings);
  return {
    errors: listed.filter(({ severity }) => severity === 'error'),
    warnings: listed.filter(({ severity }) => severity === 'warning'),
  };
}
