import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { MethodChangePage } from '@/components/settings/method-change';
import { can } from '@/lib/auth/permissions';
import { AppError } from '@/lib/errors/app-error';
import { readChangeEvaluation } from '@/lib/evaluation/evaluate-change';
import { describeSuites } from '@/lib/evaluation/manage';
import { readChange } from '@/lib/method/read-method';
import { readEffect } from '@/lib/tuning/read-effect';

export const metadata: Metadata = { title: 'Change to the method' };

export default async function Change({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor();
  const { id } = await params;
  const change = await readChange(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
  // Of a decided one its effect then is history; it isn't counted again.
  const effect = change.status === 'open' ? await readEffect(actor, id) : null;
  return (
    <MethodChangePage
      change={change}
      me={actor.id ?? ''}
      mayDecide={can(actor.role, 'method.decide')}
      effect={effect}
      evaluation={await readChangeEvaluation(actor, id)}
      suites={can(actor.role, 'evaluations.run') ? await describeSuites(actor) : null}
    />
  );
}
