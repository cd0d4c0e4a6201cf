import { z } from 'zod';
import type { ToolDefinition } from '../model/model';

/** The tool that opens sub-investigations, where whoever started the run allows it. */
export const PARALLEL_TOOL_NAME = 'investigate__parallel';

/** Questions of one call. */
const MAX_QUESTIONS = 4;

export const Question = z.strictObject({
  question: z.string().trim().min(1).max(1000),
  entity: z.string().trim().min(1).max(500).optional(),
  source: z.string().trim().min(1).max(200).optional(),
});
export type Question = z.infer<typeof Question>;

export const Questions = z.strictObject({ questions: z.array(Question).min(1).max(MAX_QUESTIONS) });

const { $schema: _, ...inputSchema } = z.toJSONSchema(Questions, { io: 'input' });

/** As models see it. */
export const PARALLEL_TOOL: ToolDefinition = {
  name: PARALLEL_TOOL_NAME,
  description:
    `Opens sub-investigations side by side, one for each question (${MAX_QUESTIONS} at most), and waits for all. Each is a model like you with the same case and the reading tools only: it writes nothing into the report and answers in words that cite evidence records of this case. ` +
    'They use the budget of this run. Use it when the case has several actors or log sources to follow that do not depend on each other; ask each about one of them, and judge the answers by the records they cite. ' +
    'Example: {"questions": [{"question": "What did this key do after 11:57, and from where?", "entity": "AKIAIOSFODNN7EXAMPLE", "source": "cloudtrail"}, {"question": "Which files left through this account?", "entity": "eva@example.com", "source": "google_workspace"}]}',
  inputSchema,
};
