import { ById, route } from '@/app/api/handler';
import { ruleHistory } from '@/lib/alerts/rule-history';
import { RuleHistory } from '@/lib/alerts/schema';

export const GET = route(
  {
    verb: 'alerts.read',
    summary:
      'How earlier alerts of the same rule were closed, within 90 days, and the newest closures with their reasons.',
    params: ById,
    response: RuleHistory,
  },
  ({ actor, params }) => ruleHistory(actor, params.id),
);
