import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { requireId } from '../investigations/require-id';
import { parseReport } from '../report/report';
import { withAssessment } from '../report/set-assessment';
import { saveOver } from './save-draft';
import { ChangeAssessment, type DraftView } from './schema';
import { lockDraft, SLOW_TRANSACTION } from './write-version';

/**
 * Changes the assessment in the front matter of the draft, as its form does: a person's own from then on. It is saved over the text
 * as it is now, so it needs no version. An approved case becomes a draft again; the same values change nothing.
 * @throws AppError not_found; unprocessable when the front matter can't be read
 */
export async function changeAssessment(
  actor: Actor,
  investigationId: string,
  input: z.input<typeof ChangeAssessment>,
): Promise<DraftView> {
  authorize(actor, 'drafts.save');
  const userId = personId(actor);
  const { severity, ...fields } = ChangeAssessment.parse(input);
  requireId(investigationId, 'investigation');
  return db().$transaction(async (tx) => {
    const { markdown, version } = await lockDraft(tx, investigationId);
    const { frontMatter } = parseReport(markdown);
    if (!frontMatter) {
      throw new AppError('unprocessable', 'The report’s front matter can’t be read. Fix it in the editor first.');
    }
    const change = {
      ...fields,
      ...(fields.techniques ? { techniques: [...new Set(fields.techniques)] } : {}),
      ...(severity === undefined ? {} : { severity: { ...frontMatter.severity, assessed: severity } }),
    };
    return saveOver(tx, investigationId, userId, { markdown: withAssessment(markdown, change), version });
  }, SLOW_TRANSACTION);
}
