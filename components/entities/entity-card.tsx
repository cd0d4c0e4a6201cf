'use client';
import { Popover } from '@base-ui/react/popover';
import { X } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import { KIND_LABEL, kindInText } from '@/components/labels/alert-labels';
import { ClassificationTag } from '@/components/labels/case-labels';
import { TrustBadge } from '@/components/labels/trust-labels';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { CopyButton } from '@/components/ui/copy-button';
import { Problem } from '@/components/ui/problem';
import { Spinner } from '@/components/ui/spinner';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import { defang } from '@/lib/alerts/fang';
import type { EntityView } from '@/lib/entities/schema';
import { type CaseForCards, caseForCards, closeEntityCard, type OpenCard } from './card-store';
import { entityHref } from './links';
import { ListMenu } from './list-menu';
import { PublicLists } from './public-lists';

const OTHER_CASES = 4;

/** What is known of an entity, beside the place where it stands. Escape closes it, and focus goes back there. */
export function EntityCard({ card: { entity, anchor } }: { card: OpenCard }) {
  const place = useRef(anchor);
  const ofCase = caseForCards();
  const safe = defang(entity.kind, entity.value);
  const { data, error } = useApi('/api/entities/{kind}/{value}', {
    params: entity,
    query: { limit: OTHER_CASES + 1, investigation: ofCase?.id },
  });
  return (
    <Popover.Root open onOpenChange={(open) => !open && closeEntityCard()}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="bottom" align="start" sideOffset={4} className="z-40">
          <Popover.Popup
            finalFocus={place}
            className="w-[min(24rem,calc(100vw-1.5rem))] rounded-lg border border-line bg-raised p-3 text-ink text-xs shadow-float outline-none"
          >
            <div className="flex items-start gap-2">
              <div className="min-w-0 flex-1">
                <p className="text-ink-3">{KIND_LABEL[entity.kind]}</p>
                <Popover.Title className="font-mono font-semibold text-sm [overflow-wrap:anywhere]">
                  <Unseen text={safe} />
                </Popover.Title>
              </div>
              <Popover.Close aria-label="Close" className={buttonClass('quiet', 'sm')}>
                <X aria-hidden className="size-4" />
              </Popover.Close>
            </div>
            {error && <Problem className="mt-2">{errorMessage(error)}</Problem>}
            {!data && !error && (
              <p className="mt-2 flex items-center gap-2 text-ink-3">
                <Spinner /> Looking it up
              </p>
            )}
            {data && <Known view={data} ofCase={ofCase} />}
            <Actions entity={entity} safe={safe} ofCase={ofCase} trust={data?.trust} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

type ActionsProps = {
  entity: OpenCard['entity'];
  /** The entity's value, defanged. */
  safe: string;
  ofCase: CaseForCards | null;
  /** Undefined until it is known. */
  trust: EntityView['trust'] | undefined;
};

function Actions({ entity, safe, ofCase, trust }: ActionsProps) {
  const router = useRouter();
  const onPage = () => {
    closeEntityCard();
    router.push(entityHref(entity));
  };
  const onAsk = () => {
    const ask = ofCase?.onAsk;
    closeEntityCard();
    // After the card has given the focus back.
    setTimeout(() => ask?.(`What else did ${kindInText(entity.kind)} ${safe} do?`));
  };
  return (
    <div className="mt-3 flex flex-wrap items-center gap-1.5">
      <CopyButton text={safe} label={safe === entity.value ? 'Copy' : 'Copy defanged'} showLabel />
      {safe !== entity.value && <CopyButton text={entity.value} label="Copy raw" showLabel />}
      {ofCase?.onAsk && (
        <Button size="sm" onClick={onAsk}>
          Ask about it
        </Button>
      )}
      {trust && <ListMenu entity={entity} trust={trust} onPage={onPage} />}
      <Link
        href={entityHref(entity)}
        prefetch={false}
        onClick={closeEntityCard}
        className={buttonClass('primary', 'sm')}
      >
        Open entity page
      </Link>
    </div>
  );
}

const counted = ({ count, more }: { count: number; more: boolean }, one: string): string =>
  `${count.toLocaleString('en')}${more ? '+' : ''} ${count === 1 ? one : `${one}s`}`;

function Known({ view, ofCase }: { view: EntityView; ofCase: CaseForCards | null }) {
  const others = view.cases.items.filter(({ id }) => id !== ofCase?.id).slice(0, OTHER_CASES);
  return (
    <div className="mt-2 space-y-2">
      {view.trust.length > 0 && (
        <ul aria-label="Trust" className="flex flex-wrap gap-1">
          {view.trust.map((note) => (
            <li key={`${note.from} ${note.file} ${note.trust}`}>
              <TrustBadge note={note} />
            </li>
          ))}
        </ul>
      )}
      <PublicLists lists={view.lists} />
      <p className="text-ink-2">
        {counted(view.alertCount, 'alert')}, {counted(view.caseCount, 'case')}
        {view.firstSeen && view.lastSeen && (
          <>
            . First seen <Time value={view.firstSeen} show="utc" />, last seen <Time value={view.lastSeen} show="utc" />
          </>
        )}
      </p>
      {ofCase && (
        <p className="flex flex-wrap items-center gap-1 text-ink-2">
          {view.inEvidence.length === 0 ? 'Not in the evidence of this case' : 'In the evidence of this case:'}
          {view.inEvidence.map((number) => (
            <button
              key={number}
              type="button"
              aria-label={`Show evidence E${number}`}
              className="min-h-[24px] min-w-[24px] rounded bg-accent-soft px-1 font-mono text-accent hover:underline"
              onClick={() => {
                closeEntityCard();
                ofCase.onEvidence(number);
              }}
            >
              E{number}
            </button>
          ))}
        </p>
      )}
      {others.length > 0 && (
        <ul aria-label="Other cases" className="space-y-1">
          {others.map(({ id, title, classification, assessment }) => (
            <li key={id} className="flex items-center gap-2">
              <Link
                href={`/library/${id}`}
                prefetch={false}
                onClick={closeEntityCard}
                className="min-w-0 flex-1 truncate text-accent leading-[24px] hover:underline"
              >
                <Unseen text={title} />
              </Link>
              <ClassificationTag value={classification} proposed={assessment === 'proposed'} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
