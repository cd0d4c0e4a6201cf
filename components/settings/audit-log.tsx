import { ScrollText } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { EmptyState } from '@/components/ui/empty-state';
import { DateField, Input } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { ObjectNames } from '@/lib/audit/name-objects';
import type { AuditItem } from '@/lib/audit/schema';
import type { Page } from '@/lib/db/keyset';
import { auditLabel, objectLabel, plainData, withoutIds } from './audit-labels';
import { Section } from './section';

/** By the names of the URL's parameters. */
type Filter = Partial<Record<'who' | 'action' | 'object' | 'from' | 'to', string>>;
type Names = { actions: string[]; kinds: string[] };

type AuditLogProps = {
  page: Page<AuditItem>;
  filter: Filter;
  isFirst: boolean;
  /** Why the filter can't be used; the page shows all then. */
  problem: string;
  names: Names;
  objects: ObjectNames;
  people: { id: string; name: string }[];
};

/** Who did what, when and from where. All of the filter is in the URL. */
export function AuditLog({ page, filter, isFirst, problem, names, objects, people }: AuditLogProps) {
  const query = new URLSearchParams(filter).toString();
  const address = (more: Record<string, string> = {}) => {
    const search = new URLSearchParams({ ...filter, ...more }).toString();
    return `/settings/audit${search ? `?${search}` : ''}`;
  };
  return (
    <Section
      isWide
      title="Audit log"
      lead="Every change, sign-in, failed sign-in, export and revealed secret. Entries can’t be changed or deleted."
      action={
        <div className="flex gap-2">
          {(['csv', 'json'] as const).map((format) => (
            <a
              key={format}
              href={`/api/audit.${format}${query ? `?${query}` : ''}`}
              className={buttonClass('default', 'sm')}
              download
            >
              Export {format.toUpperCase()}
            </a>
          ))}
        </div>
      }
    >
      <FilterForm filter={filter} names={names} people={people} />
      {problem && <Problem>{problem}</Problem>}
      {page.items.length === 0 ? (
        <EmptyState
          icon={<ScrollText />}
          title="No entries match these filters"
          action={
            <Link href="/settings/audit" className={buttonClass()}>
              Clear filters
            </Link>
          }
        />
      ) : (
        <Entries items={page.items} objects={objects} />
      )}
      <div className="mt-3 flex gap-2">
        {!isFirst && (
          <Link href={address()} className={buttonClass('default', 'sm')}>
            Newest entries
          </Link>
        )}
        {page.nextCursor && (
          <Link href={address({ cursor: page.nextCursor })} className={buttonClass('default', 'sm')}>
            Older entries
          </Link>
        )}
      </div>
    </Section>
  );
}

const SELECT = 'h-8 max-w-full rounded-md border border-line-strong bg-surface px-2 text-sm';

function FilterForm({ filter, names, people }: Pick<AuditLogProps, 'filter' | 'names' | 'people'>) {
  const groups = [...new Set(names.actions.map((action) => `${action.split('.')[0]}.*`))];
  return (
    <form action="/settings/audit" className="mb-3 flex flex-wrap items-center gap-2">
      <select name="who" aria-label="Who" defaultValue={filter.who ?? ''} className={SELECT}>
        <option value="">Anyone</option>
        <option value="system">Socdown itself</option>
        {filter.who && filter.who !== 'system' && !people.some(({ id }) => id === filter.who) && (
          <option value={filter.who}>{filter.who}</option>
        )}
        {people.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select name="action" aria-label="Action" defaultValue={filter.action ?? ''} className={SELECT}>
        <option value="">Any action</option>
        {[...new Set([...groups, ...names.actions, ...(filter.action ? [filter.action] : [])])].sort().map((action) => (
          <option key={action} value={action}>
            {action.endsWith('.*') ? `All of ${action.slice(0, -2)}` : auditLabel(action)}
          </option>
        ))}
      </select>
      <Input
        name="object"
        aria-label="Object: a kind, or an id"
        placeholder="Object: kind or id"
        defaultValue={filter.object}
        maxLength={300}
        list="audit-kinds"
        className="w-48"
      />
      <datalist id="audit-kinds">
        {names.kinds.map((kind) => (
          <option key={kind} value={kind} />
        ))}
      </datalist>
      <DateField label="From (UTC)" name="from" value={filter.from?.slice(0, 10)} />
      <DateField label="To (UTC)" name="to" value={filter.to?.slice(0, 10)} />
      <Button type="submit">Apply</Button>
      {Object.keys(filter).length > 0 && (
        <Link href="/settings/audit" className={buttonClass('quiet')}>
          Clear
        </Link>
      )}
    </form>
  );
}

function Entries({ items, objects }: { items: AuditItem[]; objects: ObjectNames }) {
  return (
    <Table>
      <TableHead>
        <tr>
          <HeaderCell className="w-44 pl-0 max-sm:w-auto">Time (UTC)</HeaderCell>
          <HeaderCell className="w-48 max-sm:w-auto">Who</HeaderCell>
          <HeaderCell className="pr-0">What</HeaderCell>
        </tr>
      </TableHead>
      <tbody>
        {items.map((item) => (
          <TableRow key={item.id} className="hover:bg-transparent" data-testid="audit-entry">
            <Cell className="whitespace-nowrap py-1.5 pl-0 align-top max-sm:whitespace-normal">
              <Time value={item.at} show="utc" />
            </Cell>
            <Cell className="break-words py-1.5 align-top">
              {item.actor === null ? <span className="text-ink-2">Socdown</span> : item.actor.name || 'deleted user'}
              {item.actor?.email && (
                <span className="block break-all text-ink-3 text-xs max-sm:hidden">{item.actor.email}</span>
              )}
            </Cell>
            <Cell className="py-1.5 pr-0 align-top [overflow-wrap:anywhere]">
              <span className="font-medium">{auditLabel(item.action)}</span>{' '}
              <Link
                href={`/settings/audit?${new URLSearchParams({ object: `${item.object.kind}:${item.object.id}` })}`}
                title={`Entries about ${item.object.kind} ${item.object.id}`}
                className="text-ink-2 underline decoration-line-strong underline-offset-2"
              >
                <Unseen text={objectLabel(item.object, objects)} />
              </Link>
              <Details data={withoutIds(item, objects)} />
            </Cell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  );
}

/** A line of plain values; more than that is folded. */
function Details({ data }: { data: unknown }) {
  const plain = plainData(data);
  if (plain === '') return null;
  if (plain !== null)
    return (
      <span className="block text-ink-2 text-xs">
        <Unseen text={plain} />
      </span>
    );
  const code = (
    <code className="block whitespace-pre-wrap break-all text-ink-2 text-xs">
      <Unseen text={JSON.stringify(data)} />
    </code>
  );
  return (
    <details>
      <summary className="inline-block min-h-6 cursor-pointer text-ink-2 text-xs">Details</summary>
      {code}
    </details>
  );
}
