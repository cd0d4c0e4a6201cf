import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { EvaluationList } from '@/components/evaluation/evaluation-list';
import { StartForm } from '@/components/evaluation/start-form';
import { Page } from '@/components/shell/page';
import { can } from '@/lib/auth/permissions';
import { describeSuites, listEvaluations } from '@/lib/evaluation/manage';
import { EvaluationsForLeads } from './for-leads';

export const metadata: Metadata = { title: 'Evaluations' };

export default async function EvaluationsPage() {
  const actor = await requireActor();
  if (!can(actor.role, 'evaluations.read')) return <EvaluationsForLeads />;
  const [items, offer] = [listEvaluations(actor), await describeSuites(actor)];
  return (
    <Page title="Evaluations">
      <div className="flex flex-col gap-8 p-3 md:p-4">
        <section aria-labelledby="replay" className="flex flex-col gap-3">
          <div>
            <h2 id="replay" className="font-semibold text-base">
              Replay your own cases
            </h2>
            <p className="max-w-3xl text-ink-2 text-sm">
              Each approved case is investigated again, blind: without its own report, and with the library as it was
              when the case was opened. What your team decided counts as the right verdict. Run it before and after you
              change the model, the method, a rule or a runbook. Your data is not changed. Other suites bring cases
              whose right verdict is known.
            </p>
          </div>
          <StartForm {...offer} />
        </section>
        {items.length === 0 ? (
          <p className="text-ink-2 text-sm">No evaluations yet. Start one above.</p>
        ) : (
          <EvaluationList items={items} />
        )}
      </div>
    </Page>
  );
}
