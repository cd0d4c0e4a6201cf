import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/current-actor';
import { redirectUrlOf } from '@/app/public-origin';
import { ConnectionPage } from '@/components/settings/connection';
import { can } from '@/lib/auth/permissions';
import { findSystem, viewOf } from '@/lib/connections/catalogue/catalogue';
import { getConnection } from '@/lib/connections/read-connections';
import { AppError } from '@/lib/errors/app-error';

export const metadata: Metadata = { title: 'Connection' };

export default async function OneConnection({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await requireActor();
  const connection = await getConnection(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
  const canManage = can(actor.role, 'connections.manage');
  const system = canManage ? findSystem(connection.system?.id ?? null) : undefined;
  return (
    <ConnectionPage
      connection={connection}
      system={system ? viewOf(system) : null}
      canManage={canManage}
      redirectUrl={redirectUrlOf(await headers())}
    />
  );
}
