import fs from 'node:fs';
import { checkReport } from '@/lib/checks/check-report';
import { AppError } from '@/lib/errors/app-error';
import { readEvidenceFile } from '@/lib/evidence/read-evidence-file';

/**
 * Checks a report file with the evidence file beside it and prints `FILE:LINE:COLUMN severity rule: message`.
 * @throws AppError unprocessable when there are findings, so that the exit code is 1.
 */
export function checkFile(file: string, { json = false }: { json?: boolean }): void {
  const report = fs.readFileSync(file, 'utf8');
  const evidence = `${file.replace(/\.md$/i, '')}.evidence.json`;
  const receipts = fs.existsSync(evidence) ? readEvidenceFile(fs.readFileSync(evidence, 'utf8')) : [];
  if (!fs.existsSync(evidence)) console.error(`There is no ${evidence}: every claim is without a receipt.`);
  const findings = checkReport(report, receipts);
  if (json) console.log(JSON.stringify(findings, null, 2));
  else {
    for (const { line, column, severity, rule, message } of findings) {
      console.log(`${file}:${line}:${column} ${severity} ${rule}: ${message}`);
    }
  }
  if (findings.length > 0) {
    throw new AppError('unprocessable', `${findings.length} finding${findings.length === 1 ? '' : 's'}.`);
  }
  if (!json) console.log(`${file}: no findings (${receipts.length} receipts).`);
}
