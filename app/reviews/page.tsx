import { GitPullRequest } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { requireActor } from '@/app/current-actor';
import { pageOrFirst } from '@/app/page-or-first';
import { SEVERITIES, SeverityTag, severityLabel } from '@/components/labels/alert-labels';
import {
  CLASSIFICATIONS,
  ClassificationTag,
  classificationLabel,
  classificationOf,
} from '@/components/labels/case-labels';
import { REVIEW_STATUS_LABEL, ReviewStatusTag } from '@/components/labels/review-labels';
import { ListKeys } from '@/components/shell/list-keys';
import { LIST_ROW } from '@/components/shell/list-rows';
import { Page } from '@/components/shell/page';
import { Badge } from '@/components/ui/badge';
import { buttonClass } from '@/components/ui/button-class';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { TabLinks } from '@/components/ui/tab-links';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import { Severity } from '@/lib/alerts/schema';
import { countWaiting, listReviews } from '@/lib/reviews/list-reviews';
import { type ReviewItem, ReviewQuery, ReviewStatus } from '@/lib/reviews/schema';
import { plural } from '@/lib/text/phrases';

export const metadata: Metadata = { title: 'Reviews' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ReviewsPage({ searchParams }: Props) {
  const actor = await requireActor();
  const parsed = ReviewQuery.safeParse(await searchParams);
  const query = { ...(parsed.success ? parsed.data : ReviewQuery.parse({})) };
  const waiting = query.waiting !== undefined;
  const status = query.status ?? 'open';
  const list = (one: ReviewQuery) => listReviews(actor, one);
  const [{ items, nextCursor, ignored }, count] = await Promise.all([
    pageOrFirst(list, { ...query, status }),
    countWaiting(actor),
  ]);
  const filters = { classification: query.classification, severity: query.severity };
  const filtered = Boolean(query.classification || query.severity);
  const here = (change: object = {}) =>
    addressOf({ ...(waiting ? { waiting: 'me' } : { status }), ...filters, ...change });
  return (
    <Page
      title="Reviews"
      detail={<StatusLinks waiting={waiting} status={status} count={count} />}
      toolbar={<FilterLinks query={query} here={here} />}
    >
      <ListKeys group="Reviews" />
      {(!parsed.success || ignored) && (
        <p role="alert" className="px-4 py-2 text-bad text-sm">
          Ignored an invalid filter in the URL.
        </p>
      )}
      {items.length === 0 ? (
        <NoReviews
          waiting={waiting}
          cleared={filtered ? here({ classification: undefined, severity: undefined }) : null}
          title={titleOfNone(waiting, status, filtered)}
        />
      ) : (
        <ul className="divide-y divide-line">
          {items.map((item) => (
            <ReviewRow key={item.id} item={item} />
          ))}
        </ul>
      )}
      {nextCursor && (
        <p className="p-4">
          <Link className={buttonClass()} href={here({ cursor: nextCursor })}>
            Older reviews
          </Link>
        </p>
      )}
    </Page>
  );
}

const tab = (current: boolean): string =>
  cx('rounded-md px-2.5 py-1', current ? 'bg-selected font-medium text-accent' : 'text-ink-2 hover:bg-hover');

function StatusLinks({ waiting, status, count }: { waiting: boolean; status: ReviewStatus; count: number }) {
  const links = ReviewStatus.options.map((option) => ({
    href: `/reviews?status=${option}`,
    label: REVIEW_STATUS_LABEL[option],
    current: !waiting && option === status,
  }));
  const attention = count > 0 ? `Needs my attention (${count > 99 ? '99+' : count})` : 'Needs my attention';
  return (
    <TabLinks label="Status" links={[{ href: '/reviews?waiting=me', label: attention, current: waiting }, ...links]} />
  );
}

function FilterLinks({ query, here }: { query: ReviewQuery; here: (change: object) => string }) {
  return (
    <nav aria-label="Filters" className="flex flex-wrap items-center gap-1 text-sm">
      <FilterGroup
        name="Verdict"
        options={CLASSIFICATIONS}
        labelOf={classificationLabel}
        chosen={query.classification}
        hrefOf={(classification) => here({ classification })}
      />
      <span aria-hidden className="mx-1 h-4 border-line border-l max-sm:hidden" />
      <FilterGroup
        name="Severity"
        options={SEVERITIES}
        labelOf={severityLabel}
        chosen={query.severity}
        hrefOf={(severity) => here({ severity })}
      />
    </nav>
  );
}

type FilterGroupProps<T> = {
  name: string;
  options: readonly T[];
  labelOf: (value: T) => string;
  chosen: T | undefined;
  /** The address with this value; undefined takes the filter off. */
  hrefOf: (value: T | undefined) => string;
};

/** Wraps with its name: a name alone at the end of a line belongs to nothing. */
function FilterGroup<T extends string | number>({ name, options, labelOf, chosen, hrefOf }: FilterGroupProps<T>) {
  return (
    <span className="flex flex-wrap items-center gap-1">
      <span className="text-ink-3 text-xs">{name}</span>
      {options.map((value) => (
        <Link
          key={value}
          href={hrefOf(chosen === value ? undefined : value)}
          aria-current={chosen === value ? 'true' : undefined}
          className={tab(chosen === value)}
        >
          {labelOf(value)}
        </Link>
      ))}
    </span>
  );
}

/** `cleared`: the address without the filters; null: there are none. */
function NoReviews({ waiting, cleared, title }: { waiting: boolean; cleared: string | null; title: string }) {
  return (
    <EmptyState
      icon={<GitPullRequest />}
      title={title}
      action={
        <Link href={cleared ?? '/queue'} className={buttonClass('primary')}>
          {cleared ? 'Clear filters' : 'Open queue'}
        </Link>
      }
    >
      {waiting
        ? 'Open reviews assigned to you or to anyone appear here, and reports with changes requested from you.'
        : 'Reports that analysts submit for review appear here.'}
    </EmptyState>
  );
}

function ReviewRow({ item }: { item: ReviewItem }) {
  return (
    <li className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2.5 hover:bg-hover md:px-4">
      <Link
        {...LIST_ROW}
        href={`/reviews/${item.id}`}
        className="min-w-0 flex-1 basis-full font-medium after:absolute after:inset-0 sm:basis-64"
      >
        <Unseen text={item.investigation.title} />
      </Link>
      {item.investigation.sample && <Badge tone="accent">sample</Badge>}
      {/* Widths, so that rows can be compared from top to bottom. */}
      <span className="lg:w-20">
        <SeverityTag severity={Severity.catch('medium').parse(item.investigation.severity)} />
      </span>
      <span className="lg:w-40">
        <ClassificationTag
          value={classificationOf(item.investigation.classification)}
          proposed={item.investigation.assessment === 'proposed'}
        />
      </span>
      <span className="lg:w-36">
        <ReviewStatusTag value={item.status} />
      </span>
      <span className="text-ink-3 text-xs lg:w-32">{item.checks && <ChecksLabel {...item.checks} />}</span>
      <span className="text-ink-3 text-xs lg:w-64 xl:w-80">
        revision {item.revision.number} by {item.submittedBy.name}, <Time value={item.submittedAt} /> ·{' '}
        {item.words.toLocaleString('en')} words
        {item.openThreads > 0 && ` · ${plural(item.openThreads, 'open thread')}`}
      </span>
    </li>
  );
}

function ChecksLabel({ errors, warnings }: NonNullable<ReviewItem['checks']>) {
  if (errors + warnings === 0) return 'No problems found';
  return (
    <>
      {errors > 0 && <span className="text-bad">{plural(errors, 'error')}</span>}
      {errors > 0 && warnings > 0 && ', '}
      {warnings > 0 && plural(warnings, 'warning')}
    </>
  );
}

function titleOfNone(waiting: boolean, status: ReviewStatus, filtered: boolean): string {
  if (filtered) return 'No reviews match these filters';
  if (waiting) return 'Nothing needs your attention';
  return status === 'open' ? 'No open reviews' : 'No reviews';
}

function addressOf(query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/reviews?${new URLSearchParams(given)}`;
}
