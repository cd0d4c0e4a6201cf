import { ForLeads } from '@/components/shell/for-leads';

export const EvaluationsForLeads = () => <ForLeads title="Evaluations" sentence="Evaluations are for leads" />;
