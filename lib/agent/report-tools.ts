import { z } from 'zod';
import { Severity, TechniqueId } from '../alerts/schema';
import { parseReport, patchFrontMatter, writeSection } from '../investigations/report';
import { Classification, SECTIONS } from '../investigations/schema';
import type { RunEventBody } from './events';
import type { ToolDefinition } from './model/model';

/** Tools with this prefix write the working text, in this process; all others are MCP's. */
export const REPORT_PREFIX = 'report__';
export const WRITE_SECTION = 'report__write_section';

const WriteSection = z.strictObject({ section: z.enum(SECTIONS), markdown: z.string().trim().min(1).max(200_000) });
const ReplaceText = z.strictObject({ find: z.string().min(1).max(50_000), replace: z.string().max(200_000) });
const SetAssessment = z.strictObject({
  classification: Classification,
  confidence: z.number().int().min(0).max(100),
  assessed_severity: Severity,
  techniques: z.array(TechniqueId).max(50),
  summary: z.string().trim().max(1000).optional(),
});

export const REPORT_TOOLS: ToolDefinition[] = [
  {
    name: WRITE_SECTION,
    description:
      'Writes one section of the report, whole: its earlier text is replaced. Markdown without the section’s own heading; use ### and below inside.',
    inputSchema: schemaOf(WriteSection),
  },
  {
    name: 'report__replace_text',
    description:
      'Replaces one passage of the report. `find` must be found exactly once, character by character. For small changes to a text that is there.',
    inputSchema: schemaOf(ReplaceText),
  },
  {
    name: 'report__set_assessment',
    description:
      'Proposes the assessment in the front matter: classification, confidence (0–100), assessed severity, ATT&CK technique ids that evidence supports, one or two sentences of summary. A person decides.',
    inputSchema: schemaOf(SetAssessment),
  },
];

export type Applied =
  | { ok: true; message: string; markdown: string; event: RunEventBody }
  | { ok: false; message: string };

/**
 * Applies a report tool to the working text. Pure. What a model may not touch stays as it is whatever it asks:
 * title, codename, alerts, status, original severity, times.
 */
export function applyReportTool(markdown: string, name: string, args: unknown, modelLabel: string): Applied {
  switch (name) {
    case WRITE_SECTION: {
      const parsed = WriteSection.safeParse(args);
      if (!parsed.success) return { ok: false, message: wrongArguments(parsed.error) };
      const { section } = parsed.data;
      const content = ownHeadingsOnly(section, parsed.data.markdown);
      const written = signed(writeSection(markdown, section, content), modelLabel);
      return {
        ok: true,
        message: `Section "${section}" is written (${content.length} characters).`,
        markdown: written,
        event: { type: 'report.section', section, markdown: content },
      };
    }
    case 'report__replace_text': {
      const parsed = ReplaceText.safeParse(args);
      if (!parsed.success) return { ok: false, message: wrongArguments(parsed.error) };
      return replaceText(markdown, parsed.data.find, parsed.data.replace, modelLabel);
    }
    case 'report__set_assessment': {
      const parsed = SetAssessment.safeParse(args);
      if (!parsed.success) return { ok: false, message: wrongArguments(parsed.error) };
      return setAssessment(markdown, parsed.data, modelLabel);
    }
    default:
      return {
        ok: false,
        message: `There is no tool ${name}. Report tools: ${REPORT_TOOLS.map((tool) => tool.name).join(', ')}.`,
      };
  }
}

function replaceText(markdown: string, find: string, replace: string, modelLabel: string): Applied {
  const { body } = parseReport(markdown);
  const start = body.indexOf(find);
  if (start < 0) {
    return {
      ok: false,
      message:
        'That text is not in the report’s body. Copy it exactly; the front matter is changed by report__set_assessment.',
    };
  }
  if (body.indexOf(find, start + 1) >= 0) {
    return { ok: false, message: 'That text is in the report more than once. Take more of what stands around it.' };
  }
  const changed = body.slice(0, start) + replace + body.slice(start + find.length);
  const written = signed(markdown.slice(0, markdown.length - body.length) + changed, modelLabel);
  return { ok: true, message: 'Replaced.', markdown: written, event: { type: 'report.text', markdown: written } };
}

function setAssessment(markdown: string, assessment: z.infer<typeof SetAssessment>, modelLabel: string): Applied {
  const report = parseReport(markdown);
  if (!report.frontMatter) {
    return {
      ok: false,
      message: `The front matter can't be read, so it was left as it is (${report.problem}). Say so in your last words; sections can still be written.`,
    };
  }
  const { classification, confidence, assessed_severity: assessed, techniques, summary } = assessment;
  const written = patchFrontMatter(markdown, {
    ...{ classification, confidence, techniques: [...new Set(techniques)], model: modelLabel },
    severity: { ...report.frontMatter.severity, assessed },
    ...(summary ? { summary } : {}),
  });
  return {
    ok: true,
    message: `Proposed: ${classification}, confidence ${confidence}, severity ${assessed}.`,
    markdown: written,
    event: { type: 'report.text', markdown: written },
  };
}

/** The report says which model wrote in it. */
function signed(markdown: string, modelLabel: string): string {
  const { frontMatter } = parseReport(markdown);
  return !frontMatter || frontMatter.model === modelLabel
    ? markdown
    : patchFrontMatter(markdown, { model: modelLabel });
}

/** Drops the section's own heading and lowers others that would start a new section. Code blocks are left alone. */
function ownHeadingsOnly(section: string, content: string): string {
  let fence: string | null = null;
  const lines = content.split('\n').map((line, index) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && fence === null) fence = mark;
    else if (mark && fence !== null && mark.startsWith(fence)) fence = null;
    const heading = fence === null && !mark ? /^(#{1,2})\s+(.*)$/.exec(line) : null;
    if (!heading) return line;
    return index === 0 && heading[2]?.replace(/#+\s*$/, '').trim() === section ? '' : `### ${heading[2]}`;
  });
  return lines.join('\n').trim();
}

function wrongArguments(error: z.ZodError): string {
  const issues = error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
  return `Nothing was changed. ${issues.join('; ')}`;
}

function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
