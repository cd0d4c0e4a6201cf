import Link from 'next/link';
import { SeverityTag } from '@/components/labels/alert-labels';
import { ClassificationTag, StatusTag } from '@/components/labels/case-labels';
import { LIST_ROW } from '@/components/shell/list-rows';
import { Badge } from '@/components/ui/badge';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import { defang } from '@/lib/alerts/fang';
import type { EntityKind } from '@/lib/alerts/schema';
import type { InvestigationHit } from '@/lib/investigations/schema';

/** Cases found, with the passage that matched. */
export function ResultList({ items }: { items: InvestigationHit[] }) {
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.id} className="relative px-3 py-3 hover:bg-hover md:px-4">
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <Link
              {...LIST_ROW}
              href={`/library/${item.id}`}
              className="min-w-0 flex-1 basis-full font-medium after:absolute after:inset-0 sm:basis-64"
            >
              <Unseen text={item.title} />
            </Link>
            {item.sample && <Badge tone="accent">sample</Badge>}
            {/* Widths, so that rows can be compared from top to bottom. */}
            <span className="md:w-20">
              <SeverityTag severity={item.assessedSeverity ?? item.severity} />
            </span>
            <span className="md:w-44">
              <ClassificationTag value={item.classification} proposed={item.assessment === 'proposed'} />
            </span>
            <span className="md:w-40">
              <StatusTag value={item.status} />
            </span>
          </div>
          <p className="mt-1 line-clamp-2 max-w-5xl text-ink-2 text-sm [overflow-wrap:anywhere]">
            {item.snippet ? <Marked {...item.snippet} /> : <Unseen text={item.summary ?? ''} />}
          </p>
          <p className="mt-1 flex flex-wrap gap-x-3 text-ink-3 text-xs">
            <span>{item.codename}</span>
            <span>by {item.openedBy.name}</span>
            {item.approvedBy && <span>approved by {item.approvedBy.name}</span>}
            <span>
              {item.approvedAt ? 'approved ' : 'changed '}
              <Time value={item.approvedAt ?? item.updatedAt} />
            </span>
            {item.techniques.length > 0 && <span className="font-mono">{item.techniques.slice(0, 5).join(' ')}</span>}
            <span className="truncate font-mono">
              {telling(item.entities)
                .slice(0, 4)
                .map(({ kind, value }) => defang(kind, value))
                .join('  ')}
            </span>
          </p>
        </li>
      ))}
    </ul>
  );
}

/** Kinds by which a person recognizes a case; accounts, ARNs and addresses of consoles are in every one. */
const TELLING: EntityKind[] = ['user', 'email', 'role', 'host', 'ip', 'bucket', 'hash', 'file', 'process', 'domain'];
const rankOf = (kind: EntityKind): number => (TELLING.includes(kind) ? TELLING.indexOf(kind) : TELLING.length);

const telling = (entities: InvestigationHit['entities']) =>
  [...entities].sort((a, b) => rankOf(a.kind) - rankOf(b.kind));

function Marked({ text, marks }: { text: string; marks: [number, number][] }) {
  const pieces: React.ReactNode[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    pieces.push(
      <Unseen key={`before${start}`} text={text.slice(at, start)} />,
      <mark key={start} className="rounded-xs bg-medium-soft text-ink">
        <Unseen text={text.slice(start, end)} />
      </mark>,
    );
    at = end;
  }
  return [...pieces, <Unseen key="rest" text={text.slice(at)} />];
}
