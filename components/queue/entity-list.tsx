'use client';
import { Search } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { openEntityCard } from '@/components/entities/card-store';
import { EntityTrustBadges } from '@/components/entities/trust-badges';
import { ENTITY_KINDS, KIND_LABEL } from '@/components/labels/alert-labels';
import { announce } from '@/components/shell/live-region';
import { useApi } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { CopyButton, copyText } from '@/components/ui/copy-button';
import { Tooltip } from '@/components/ui/tooltip';
import { defang } from '@/lib/alerts/fang';
import type { Entity } from '@/lib/alerts/schema';
import type { EntityTrust } from '@/lib/entities/schema';

const FIRST = 14;

/** The entities of an alert, defanged. Copying gives the defanged form; the raw one has its own button. */
export function EntityList({ alertId, entities }: { alertId: string; entities: Entity[] }) {
  const { data } = useApi('/api/alerts/{id}/trust', { params: { id: alertId } });
  const [all, setAll] = useState(false);
  const sorted = [...entities].sort((a, b) => ENTITY_KINDS.indexOf(a.kind) - ENTITY_KINDS.indexOf(b.kind));
  const shown = all ? sorted : sorted.slice(0, FIRST);
  if (entities.length === 0) return <p className="text-ink-3 text-sm">No entities found in this alert.</p>;
  return (
    <>
      <ul className="-mx-1.5">
        {shown.map((entity) => (
          <Row key={`${entity.kind}:${entity.value}`} entity={entity} trust={data?.items ?? []} />
        ))}
      </ul>
      {!all && sorted.length > FIRST && (
        <Button size="sm" variant="quiet" className="-ml-2" onClick={() => setAll(true)}>
          Show all {sorted.length}
        </Button>
      )}
    </>
  );
}

function Row({ entity: { kind, value }, trust }: { entity: Entity; trust: EntityTrust[] }) {
  const safe = defang(kind, value);
  return (
    <li className="group flex min-h-7 items-center gap-2 rounded-md px-1.5 hover:bg-hover">
      <span className="w-20 shrink-0 text-ink-3 text-xs">{KIND_LABEL[kind]}</span>
      <button
        type="button"
        aria-haspopup="dialog"
        title={safe}
        onClick={(event) => openEntityCard({ kind, value }, event.currentTarget)}
        className="min-h-[24px] min-w-0 flex-1 truncate text-left font-mono text-xs hover:underline"
      >
        {safe}
      </button>
      <EntityTrustBadges of={{ kind, value }} trust={trust} />
      <span className="flex shrink-0 items-center opacity-0 focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
        <Tooltip text="Find past cases">
          <Link
            href={`/library?entity=${encodeURIComponent(value)}`}
            prefetch={false}
            aria-label={`Find past cases with ${safe}`}
            className={buttonClass('quiet', 'sm')}
          >
            <Search aria-hidden className="size-3.5" />
          </Link>
        </Tooltip>
        {safe !== value && (
          <Button
            size="sm"
            variant="quiet"
            aria-label={`Copy ${safe} raw`}
            onClick={async () => (await copyText(value)) && announce('Copied raw.')}
          >
            raw
          </Button>
        )}
        <CopyButton text={safe} label={`Copy ${safe}`} />
      </span>
    </li>
  );
}
