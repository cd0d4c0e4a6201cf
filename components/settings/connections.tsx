'use client';
import { Cable } from 'lucide-react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { Badge } from '@/components/ui/badge';
import { EmptyState } from '@/components/ui/empty-state';
import { Problem } from '@/components/ui/problem';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import type { SystemView } from '@/lib/connections/catalogue/schema';
import type { ConnectionView } from '@/lib/connections/schema';
import { AddConnection } from './add-connection';
import { SignInTag } from './connection-sign-in';
import { HealthTag } from './health-tag';
import { ImportConnections } from './import-connections';
import { Section } from './section';
import { targetAddress } from './target-address';

const BUILT_IN = [
  { name: 'logs', what: 'Your log files (LOGS_DIR), queried with SQL' },
  { name: 'socdown', what: 'Past cases and alerts in Socdown' },
];

export function Connections({
  connections,
  systems,
  canManage,
  redirectUrl,
}: {
  connections: ConnectionView[];
  systems: SystemView[];
  canManage: boolean;
  /** Where an authorization server sends people back to. */
  redirectUrl: string;
}) {
  const failed = useSearchParams().get('sign-in');
  return (
    <>
      <Section
        title="Connections"
        lead={
          canManage
            ? 'MCP servers whose tools investigations may use. A tool can be used once it has a class. Calls that send or change data need approval every time.'
            : 'MCP servers whose tools investigations may use. Admins connect them and set what each tool may do.'
        }
        action={
          canManage && (
            <span className="flex flex-wrap gap-2">
              <ImportConnections />
              <AddConnection systems={systems} redirectUrl={redirectUrl} />
            </span>
          )
        }
      >
        <Problem className="mb-3">
          {failed &&
            'That sign-in was already used, took longer than ten minutes, or was started in another session. Open the connection and sign in again.'}
        </Problem>
        {connections.length === 0 ? (
          <EmptyState icon={<Cable />} title="No connections yet">
            {canManage
              ? 'Add your SIEM, ticket system or chat: pick it from the list and enter a key.'
              : 'Investigations use the built-in servers below. An admin can connect your SIEM, ticket system or chat.'}
          </EmptyState>
        ) : (
          <Table>
            <TableHead>
              <tr>
                <HeaderCell className="pl-0">Name</HeaderCell>
                <HeaderCell className="max-sm:hidden">Health</HeaderCell>
                <HeaderCell className="max-md:hidden">System</HeaderCell>
                <HeaderCell className="pr-0">Tools</HeaderCell>
              </tr>
            </TableHead>
            <tbody>
              {connections.map((connection) => (
                <ConnectionRow key={connection.id} connection={connection} />
              ))}
            </tbody>
          </Table>
        )}
      </Section>
      <BuiltIn />
    </>
  );
}

function BuiltIn() {
  return (
    <Section title="Built in" lead="Socdown’s own servers. Read-only; they can’t be changed.">
      <Table>
        <tbody>
          {BUILT_IN.map(({ name, what }) => (
            <TableRow key={name} className="hover:bg-transparent">
              <Cell className="w-28 pl-0 font-medium">{name}</Cell>
              <Cell className="py-1.5 pr-0 text-ink-2">{what}</Cell>
            </TableRow>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

function ConnectionRow({ connection }: { connection: ConnectionView }) {
  return (
    <TableRow>
      <Cell className="break-words py-1.5 pl-0">
        <Link
          href={`/settings/connections/${connection.id}`}
          className="font-medium text-accent underline-offset-2 hover:underline"
        >
          {connection.name}
        </Link>{' '}
        {!connection.enabled && <Badge>disabled</Badge>}
        {connection.health.state === 'failing' && (
          <Badge tone="bad" className="sm:hidden">
            failing
          </Badge>
        )}
        {connection.signIn && <SignInTag signIn={connection.signIn} />}{' '}
        {connection.secrets.some((secret) => secret.missing) && <Badge tone="bad">secret missing</Badge>}
      </Cell>
      <Cell className="max-sm:hidden">
        <HealthTag health={connection.health} />
      </Cell>
      <Cell className="max-w-72 truncate text-ink-2 max-md:hidden">
        {connection.system?.title ?? reachedBy(connection)}
      </Cell>
      <Cell className="whitespace-nowrap pr-0 text-ink-2">
        {connection.tools.offered} of {connection.tools.total} offered{' '}
        {connection.tools.undecided > 0 && <Badge tone="high">{connection.tools.undecided} unclassified</Badge>}
      </Cell>
    </TableRow>
  );
}

function reachedBy({ kind, target }: ConnectionView): string {
  if (target === null) return kind === 'stdio' ? 'Program (stdio)' : 'Streamable HTTP';
  return targetAddress(target);
}
