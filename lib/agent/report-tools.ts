import { z } from 'zod';
import { Severity, TechniqueId } from '../alerts/schema';
import type { ToolDefinition } from '../model/model';
import { addRows, addToSection, type Edit, ownHeadingsOnly, replaceText, setHypothesis } from '../report/edits';
import { HYPOTHESIS_STATUSES } from '../report/hypotheses';
import { parseReport, patchFrontMatter, readSection, writeSection } from '../report/report';
import { Classification, SECTIONS } from '../report/schema';
import { parseTime } from '../time/time';
import type { RunEventBody } from './events';

/** Tools with this prefix write the working text, in this process; all others are MCP's. */
export const REPORT_PREFIX = 'report__';
export const WRITE_SECTION = 'report__write_section';
/** Reads the working text against its evidence (case-tools); it writes nothing. */
export const REPORT_CHECK = 'report__check';

const line = (max: number) => z.string().trim().min(1).max(max);
const markdownText = z.string().trim().min(1).max(200_000);
const time = line(60).refine(
  (text) => parseTime(text) !== undefined,
  'no time; give it in UTC, like 2023-07-10T11:57:16Z',
);

/** What each tool takes, and what it is for. The order is what a model sees. */
const TOOLS = {
  write_section: {
    says: 'Writes one section of the report, whole, as the method describes it: its earlier text is replaced. Markdown without the section’s own heading; use ### and below inside. For a section that is empty or has to be written again; for anything smaller use the other tools.',
    takes: z.strictObject({ section: z.enum(SECTIONS), markdown: markdownText }),
  },
  add_to_section: {
    says: 'Puts Markdown at the end of a section. What stands there is not touched.',
    takes: z.strictObject({ section: z.enum(SECTIONS), markdown: markdownText }),
  },
  replace_text: {
    says: 'Replaces one passage of the report. `find` must be found exactly once, character by character. For small changes to a text that is there. Words that a person wrote stay: write beside them.',
    takes: z.strictObject({ find: z.string().min(1).max(50_000), replace: z.string().max(200_000) }),
  },
  add_timeline_rows: {
    says: 'Puts rows into the timeline, each at its place in time; rows that stand there are not touched. `until` makes a row a burst. `evidence`: the numbers of the records that show it. At most 40 rows in all: bursts as one row, reconnaissance summarised.',
    takes: z.strictObject({
      rows: z
        .array(
          z.strictObject({
            time,
            until: time.optional(),
            event: line(2000),
            who: line(300).optional(),
            outcome: line(100).optional(),
            source: line(200).optional(),
            evidence: z.array(z.number().int().min(1)).min(1).max(20),
          }),
        )
        .min(1)
        .max(200),
    }),
  },
  set_hypothesis: {
    says: 'Adds a hypothesis to Hypothesis Analysis, or changes the one of that name: its status and, where they are given, its text (*For* and *Against* as the method describes, with citations) and its `rank` (1 is the likeliest; the others move). A new one that is open needs no text yet.',
    takes: z.strictObject({
      name: line(200),
      status: z.enum(HYPOTHESIS_STATUSES),
      markdown: z.string().trim().min(1).max(20_000).optional(),
      rank: z.number().int().min(1).max(20).optional(),
    }),
  },
  set_assessment: {
    says: 'Proposes the assessment in the front matter: classification, confidence (0–100), assessed severity, ATT&CK technique ids that evidence supports, one or two sentences of summary. Look at case__pivots first. A person decides.',
    takes: z.strictObject({
      classification: Classification,
      confidence: z.number().int().min(0).max(100),
      assessed_severity: Severity,
      techniques: z.array(TechniqueId).max(50),
      summary: z.string().trim().max(1000).optional(),
    }),
  },
} as const;

type Name = keyof typeof TOOLS;
const isTool = (name: string): name is Name => Object.hasOwn(TOOLS, name);

/** Tools whose arguments are shown in the preview as they arrive. The assessment is too short for it. */
export const isStreamedEdit = (name: string): boolean =>
  ['add_to_section', 'replace_text', 'add_timeline_rows', 'set_hypothesis'].some(
    (tool) => name === `${REPORT_PREFIX}${tool}`,
  );

export const REPORT_TOOLS: ToolDefinition[] = Object.entries(TOOLS).map(([name, { says, takes }]) => ({
  name: `${REPORT_PREFIX}${name}`,
  description: says,
  inputSchema: schemaOf(takes),
}));

/** One edit of a report as data: the tool's name in `edit`, its arguments beside it. */
export const ReportEdit = z.discriminatedUnion('edit', [
  TOOLS.write_section.takes.extend({ edit: z.literal('write_section') }),
  TOOLS.add_to_section.takes.extend({ edit: z.literal('add_to_section') }),
  TOOLS.replace_text.takes.extend({ edit: z.literal('replace_text') }),
  TOOLS.add_timeline_rows.takes.extend({ edit: z.literal('add_timeline_rows') }),
  TOOLS.set_hypothesis.takes.extend({ edit: z.literal('set_hypothesis') }),
  TOOLS.set_assessment.takes.extend({ edit: z.literal('set_assessment') }),
]);

export type Applied =
  | { ok: true; message: string; markdown: string; event: RunEventBody }
  | { ok: false; message: string };

/**
 * Applies a report tool to the working text. Pure. What a model may not touch stays as it is whatever it asks:
 * title, codename, alerts, status, original severity, times.
 */
export function applyReportTool(markdown: string, name: string, args: unknown, modelLabel: string): Applied {
  const tool = name.startsWith(REPORT_PREFIX) ? name.slice(REPORT_PREFIX.length) : name;
  if (!isTool(tool)) {
    const tools = REPORT_TOOLS.map((known) => known.name).join(', ');
    return { ok: false, message: `There is no tool ${name.slice(0, 100)}. Report tools: ${tools}.` };
  }
  const edit = edited(markdown, tool, args, modelLabel);
  if (!edit.ok) return edit;
  const written = edit.markdown === markdown ? markdown : signed(edit.markdown, modelLabel);
  const { message, section } = edit;
  const event: RunEventBody = section
    ? { type: 'report.section', section, markdown: readSection(written, section) ?? '' }
    : { type: 'report.text', markdown: written };
  return { ok: true, message, markdown: written, event };
}

function edited(markdown: string, tool: Name, args: unknown, modelLabel: string): Edit {
  const read = <T extends z.ZodType>(schema: T, use: (args: z.infer<T>) => Edit): Edit => {
    const parsed = schema.safeParse(args);
    return parsed.success ? use(parsed.data) : { ok: false, message: wrongArguments(parsed.error) };
  };
  switch (tool) {
    case 'write_section':
      return read(TOOLS[tool].takes, ({ section, markdown: text }) => {
        const content = ownHeadingsOnly(section, text);
        const message = `Section "${section}" is written (${content.length} characters).`;
        return { ok: true, markdown: writeSection(markdown, section, content), section, message };
      });
    case 'add_to_section':
      return read(TOOLS[tool].takes, ({ section, markdown: text }) => addToSection(markdown, section, text));
    case 'replace_text':
      return read(TOOLS[tool].takes, ({ find, replace }) => replaceText(markdown, find, replace));
    case 'add_timeline_rows':
      return read(TOOLS[tool].takes, ({ rows }) => addRows(markdown, rows));
    case 'set_hypothesis':
      return read(TOOLS[tool].takes, ({ name, status, markdown: text, rank }) =>
        setHypothesis(markdown, { name, status, text, rank }),
      );
    case 'set_assessment':
      return read(TOOLS[tool].takes, (assessment) => setAssessment(markdown, assessment, modelLabel));
  }
}

function setAssessment(
  markdown: string,
  assessment: z.infer<(typeof TOOLS)['set_assessment']['takes']>,
  modelLabel: string,
): Edit {
  const report = parseReport(markdown);
  if (!report.frontMatter) {
    return {
      ok: false,
      message: `The front matter can't be read, so it was left as it is (${report.problem}). Say so in your last words; sections can still be written.`,
    };
  }
  const { classification, confidence, assessed_severity: assessed, techniques, summary } = assessment;
  const written = patchFrontMatter(markdown, {
    classification,
    confidence,
    techniques: [...new Set(techniques)],
    model: modelLabel,
    severity: { ...report.frontMatter.severity, assessed },
    assessment: 'proposed',
    ...(summary ? { summary } : {}),
  });
  return {
    ok: true,
    markdown: written,
    section: null,
    message: `Proposed: ${classification}, confidence ${confidence}, severity ${assessed}.`,
  };
}

/** The report says which model wrote in it. */
function signed(markdown: string, modelLabel: string): string {
  const { frontMatter } = parseReport(markdown);
  return !frontMatter || frontMatter.model === modelLabel
    ? markdown
    : patchFrontMatter(markdown, { model: modelLabel });
}

function wrongArguments(error: z.ZodError): string {
  const issues = error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
  return `Nothing was changed. ${issues.join('; ')}`;
}

function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
