import { ById, reply, route } from '@/app/api/handler';
import { changeAssessment } from '@/lib/drafts/change-assessment';
import { ChangeAssessment, DraftView } from '@/lib/drafts/schema';

export const PATCH = route(
  {
    verb: 'drafts.save',
    summary: 'Change the assessment in the draft’s front matter. Fields that are left out stay.',
    params: ById,
    body: ChangeAssessment,
    response: DraftView,
  },
  async ({ actor, params, body }) => {
    const draft = await changeAssessment(actor, params.id, body);
    return reply(draft, { headers: { etag: `"${draft.version}"` } });
  },
);
