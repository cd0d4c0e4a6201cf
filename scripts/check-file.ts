import fs from 'node:fs';
import { checkReport } from '@/lib/checks/check-report';
import { CHECK_RULES, type CheckFinding } from '@/lib/checks/finding';
import { AppError } from '@/lib/errors/app-error';
import type { EvidenceRecord } from '@/lib/evidence/evidence-record';
import { readEvidenceFile } from '@/lib/evidence/read-evidence-file';
import { plural } from '@/lib/text/phrases';

/**
 * Checks a report file with the evidence file beside it and prints the findings by rule, errors first, each as
 * `FILE:LINE:COLUMN severity rule: message` with its fix.
 * @throws AppError unprocessable when there are findings, so that the exit code is 1.
 */
export function checkFile(file: string, { json = false }: { json?: boolean }): void {
  const { report, records } = readReportFile(file);
  const findings = checkReport(report, records);
  if (json) console.log(JSON.stringify(findings, null, 2));
  else for (const line of printFindings(file, findings)) console.log(line);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (findings.length > 0)
    throw new AppError('unprocessable', `${plural(errors, 'error')}, ${plural(findings.length - errors, 'warning')}.`);
  if (!json) console.log(`${file}: no findings (${plural(records.length, 'evidence record')}).`);
}

/** A report and the records of the evidence file beside it; without one, it says so and there are none. */
export function readReportFile(file: string): { report: string; records: EvidenceRecord[] } {
  const report = fs.readFileSync(file, 'utf8');
  const evidence = `${file.replace(/\.md$/i, '')}.evidence.json`;
  if (fs.existsSync(evidence)) return { report, records: readEvidenceFile(fs.readFileSync(evidence, 'utf8')) };
  console.error(`${evidence} is missing: no claim has evidence.`);
  return { report, records: [] };
}

/** Findings by rule, errors first, a line each. */
export function printFindings(file: string, findings: CheckFinding[]): string[] {
  const groups = (['error', 'warning'] as const).flatMap((severity) =>
    CHECK_RULES.map((rule) => findings.filter((found) => found.rule === rule && found.severity === severity)),
  );
  return groups.flatMap((group) =>
    group.map(({ line, column, severity, rule, message, fix }) => {
      const hint = fix ? ` Fix: ${fix.label}.` : '';
      return `${file}:${line}:${column} ${severity} ${rule}: ${message}${hint}`;
    }),
  );
}
