import { ScrollText } from 'lucide-react';
import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { AuditLog } from '@/components/settings/audit-log';
import { EmptyState } from '@/components/ui/empty-state';
import { nameObjects } from '@/lib/audit/name-objects';
import { listAudit, listAuditNames } from '@/lib/audit/read-audit';
import { AuditQuery } from '@/lib/audit/schema';
import { can } from '@/lib/auth/permissions';
import { listUsers } from '@/lib/auth/users';
import { AppError } from '@/lib/errors/app-error';
import { invalidFields } from '@/lib/errors/invalid-fields';

export const metadata: Metadata = { title: 'Audit log' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AuditPage({ searchParams }: Props) {
  const actor = await requireActor();
  if (!can(actor.role, 'audit.read')) {
    return (
      <EmptyState icon={<ScrollText />} title="The audit log is for admins">
        Ask an admin if you need something from it.
      </EmptyState>
    );
  }
  const given = Object.fromEntries(Object.entries(await searchParams).filter(([, value]) => value !== ''));
  const parsed = AuditQuery.safeParse(given);
  const first = AuditQuery.parse({});
  const [names, people, found] = await Promise.all([
    listAuditNames(actor),
    listUsers(actor),
    listAudit(actor, parsed.data ?? first).catch(async (error) => {
      if (!(error instanceof AppError) || error.code !== 'bad_request') throw error;
      return { ...(await listAudit(actor, first)), problem: error.userMessage };
    }),
  ]);
  const problem = parsed.success
    ? 'problem' in found
      ? found.problem
      : ''
    : invalidFields(parsed.error.issues).userMessage;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const filter = Object.fromEntries(
    ['who', 'action', 'object', 'from', 'to'].flatMap((name) => (text(given[name]) ? [[name, text(given[name])]] : [])),
  );
  return (
    <AuditLog
      page={found}
      filter={filter}
      isFirst={text(given.cursor) === ''}
      problem={problem}
      names={names}
      objects={await nameObjects(actor, found.items)}
      people={people.map(({ id, name }) => ({ id, name }))}
    />
  );
}
