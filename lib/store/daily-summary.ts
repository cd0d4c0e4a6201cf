import { technique } from '../attack/techniques';
import { caseDigest, listItems } from '../report/case-digest';
import { summaryOf } from '../report/plain-text';
import { parseReport } from '../report/report';
import { CLASSIFICATIONS } from '../report/schema';
import { isEmptySection } from '../report/template';
import { oneLine } from './commit-message';

const EMOJI = { MALICIOUS: '🔴', SUSPICIOUS: '🟡', BENIGN: '🟢' };
const MAX_LESSONS = 40;

/**
 * A day's investigations for who doesn't unpack them: counts, techniques, what was found, key moments and decisions, lessons. From the
 * reports alone, so that it can be made again. The name of the file and its first lines are those of the original project.
 */
export function dailySummary(
  day: string,
  reports: { name: string; markdown: string }[],
  made: { at: Date; bytes: number },
): string {
  const cases = reports
    .map(({ name, markdown }) => readCase(name, markdown))
    .sort((a, b) => a.name.localeCompare(b.name));
  const count = (kind: string | null) => cases.filter((one) => one.classification === kind).length;
  const techniques = [...new Set(cases.flatMap((one) => one.techniques))].sort();
  const lessons = [...new Set(cases.flatMap((one) => one.lessons))].slice(0, MAX_LESSONS);
  const list = (items: string[]) => (items.length > 0 ? items.map((item) => `- ${item}`).join('\n') : 'None recorded.');
  return `# Daily Investigation Summary - ${day}

**Archive Date**: ${made.at.toISOString().slice(0, 19).replace('T', ' ')} UTC  
**Investigations Archived**: ${cases.length}  
**Total Size Compressed**: ${(made.bytes / 1024).toFixed(1)} KB  

## Classification Summary

| Classification | Count |
|---|---|
${[...CLASSIFICATIONS]
  .reverse()
  .map((kind) => `| ${EMOJI[kind]} ${kind} | ${count(kind)} |`)
  .join('\n')}
| ❓ UNKNOWN | ${count(null)} |

## ATT&CK Techniques Observed

${list(techniques.map((id) => `${id} ${technique(id)?.name ?? ''}`.trim()))}

## Investigation Details

| Codename | Alerts | Classification | Confidence | Title |
|---|---|---|---|---|
${cases.map((one) => `| ${cell(one.codename)} | ${cell(one.alerts)} | ${one.classification ?? 'UNKNOWN'} | ${one.confidence === null ? '' : `${one.confidence} %`} | ${cell(one.title)} |`).join('\n')}

## Key Findings

${cases.map((one) => `### ${cell(one.codename)}: ${cell(one.title)}\n\n${cell(one.finding) || 'No summary.'}\n\n${one.digest}`.trimEnd()).join('\n\n')}

## Key Lessons Learned

${list(lessons.map(cell))}

## Accessing Archived Investigations

The original files are in \`investigations.tar.gz\` beside this file: \`tar -xzf investigations.tar.gz\`.
`;
}

function readCase(name: string, markdown: string) {
  const report = parseReport(markdown);
  const { frontMatter } = report;
  const lessons = report.section('Lessons Learned');
  return {
    name,
    codename: frontMatter?.codename ?? name.split('.').at(-2) ?? name,
    title: frontMatter?.title ?? name,
    alerts: (frontMatter?.alerts ?? []).join(', '),
    classification: frontMatter?.classification ?? null,
    confidence: frontMatter?.confidence ?? null,
    techniques: frontMatter?.techniques ?? [],
    finding: summaryOf(report),
    digest: caseDigest(markdown, []),
    lessons: isEmptySection('Lessons Learned', lessons?.text ?? null) ? [] : listItems(lessons),
  };
}

/** One line that can't end a table's cell or begin a block of its own. */
function cell(text: string): string {
  return oneLine(text, 600).replace(/[\\|`<>]/g, (mark) => `\\${mark}`);
}
