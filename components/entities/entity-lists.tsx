import { Fingerprint } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { KIND_LABEL } from '@/components/labels/alert-labels';
import { TRUSTS, TrustBadge, trustLabel } from '@/components/labels/trust-labels';
import { Page } from '@/components/shell/page';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';
import { TabLinks } from '@/components/ui/tab-links';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import { defang } from '@/lib/alerts/fang';
import type { EntityListPage, EntityListQuery, ListedEntity } from '@/lib/entities/schema';
import { entityHref } from './links';
import { ListExport } from './list-export';

type EntityListsProps = {
  page: EntityListPage;
  query: EntityListQuery;
  /** Above the list. */
  children?: ReactNode;
};

/** What the team says something about, by what it says: the block list, the watch list and the others. */
export function EntityLists({ page, query: { trust, kind }, children }: EntityListsProps) {
  const here = (change: Partial<Record<'trust' | 'kind' | 'cursor', string | undefined>>) =>
    addressOf({ trust, kind, ...change });
  const isEmpty = page.items.length + page.files.length === 0;
  return (
    <Page
      title="Entity lists"
      detail={
        <TabLinks
          label="Lists"
          links={[undefined, ...TRUSTS].map((one) => ({
            href: here({ trust: one }),
            label: one ? trustLabel(one) : 'All',
            current: one === trust,
          }))}
        />
      }
      actions={!isEmpty && <ListExport query={new URLSearchParams(given({ trust, kind })).toString()} />}
    >
      {children}
      {isEmpty ? (
        <NoEntities trust={trust} />
      ) : (
        <Table>
          <caption className="sr-only">Entities with what your team says about them</caption>
          <TableHead>
            <tr>
              <HeaderCell className="w-28 pl-3 max-sm:hidden md:pl-4">Kind</HeaderCell>
              <HeaderCell className="max-sm:pl-3">Entity</HeaderCell>
              <HeaderCell className="w-36">Trust</HeaderCell>
              <HeaderCell className="max-md:hidden">Note</HeaderCell>
              <HeaderCell className="w-36 max-sm:hidden">Expires</HeaderCell>
              <HeaderCell className="w-56 max-lg:hidden">Set by</HeaderCell>
            </tr>
          </TableHead>
          <tbody>
            {[...page.items, ...page.files].map((item) => (
              <Row key={`${item.entity.kind} ${item.entity.value} ${item.note.file}`} item={item} />
            ))}
          </tbody>
        </Table>
      )}
      <p className="flex flex-wrap items-center gap-3 p-3 text-ink-3 text-xs md:p-4">
        {page.filesOmitted > 0 && `${page.filesOmitted} more entries are in the files. The export has all of them.`}
        {page.nextCursor && (
          <Link className={buttonClass('default', 'sm')} href={here({ cursor: page.nextCursor })}>
            Older entries
          </Link>
        )}
        {kind && (
          <Link className={buttonClass('default', 'sm')} href={here({ kind: undefined })}>
            Show every kind
          </Link>
        )}
      </p>
    </Page>
  );
}

function Row({ item: { entity, note } }: { item: ListedEntity }) {
  const safe = defang(entity.kind, entity.value);
  return (
    <TableRow>
      <Cell className="pl-3 text-ink-3 max-sm:hidden md:pl-4">
        <Link href={addressOf({ trust: note.trust, kind: entity.kind })} className="hover:text-accent hover:underline">
          {KIND_LABEL[entity.kind]}
        </Link>
      </Cell>
      <Cell className="font-mono text-xs [overflow-wrap:anywhere] max-sm:pl-3">
        {note.range ? (
          safe
        ) : (
          <Link href={entityHref(entity)} prefetch={false} className="text-accent hover:underline">
            <Unseen text={safe} />
          </Link>
        )}
      </Cell>
      <Cell>
        <TrustBadge note={note} />
      </Cell>
      <Cell className="text-ink-2 [overflow-wrap:anywhere] max-md:hidden">
        <Unseen text={note.note} />
      </Cell>
      <Cell className="whitespace-nowrap text-ink-2 max-sm:hidden">
        {note.expiresAt ? note.expiresAt.slice(0, 10) : 'Never'}
      </Cell>
      <Cell className="text-ink-2 max-lg:hidden">
        {note.file ? (
          <Link
            href={`/settings/method/file?${new URLSearchParams({ path: note.file.replace(/:\d+$/, '') })}`}
            prefetch={false}
            className="font-mono text-xs hover:text-accent hover:underline"
          >
            {note.file}
          </Link>
        ) : (
          <>
            {note.by?.name ?? 'Deleted user'} {note.at && <Time value={note.at} className="text-ink-3 text-xs" />}
          </>
        )}
      </Cell>
    </TableRow>
  );
}

function NoEntities({ trust }: { trust: EntityListQuery['trust'] }) {
  return (
    <EmptyState
      icon={<Fingerprint />}
      title={trust ? `${trustLabel(trust)}: no entities yet` : 'No entities in your lists yet'}
      action={
        <Link href="/queue" className={buttonClass('primary')}>
          Open queue
        </Link>
      }
    >
      Click an entity in an alert or an indicator in a report to add it to a list. Entries from the files in known/ are
      listed here too.
    </EmptyState>
  );
}

const given = (query: Record<string, string | undefined>): [string, string][] =>
  Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);

const addressOf = (query: Record<string, string | undefined>): string =>
  `/entities?${new URLSearchParams(given(query))}`;
