'use client';
import type { Components } from 'hast-util-to-jsx-runtime';
import { ExternalLink, ImageOff } from 'lucide-react';
import { type MouseEvent, type ReactNode, useContext } from 'react';

import { openEntityCard } from '@/components/entities/card-store';
import { ENTITY_KINDS } from '@/components/labels/alert-labels';
import { Scrollable } from '@/components/ui/scrollable';
import { ActionsContext, HeadingContext } from './actions';
import { Citations } from './citations';
import { linkTarget } from './links';

type Offset = { 'data-offset'?: string };

/** How each element of a report looks. The page has its own first heading, so a text's headings begin with the second level. */
export const ELEMENTS: Partial<Components> = {
  h1: (props) => <Heading depth={1} className="mt-1 mb-2 text-lg" {...rest(props)} />,
  h2: (props) => <Heading depth={2} className="mt-5 mb-2 border-line border-b pb-1 text-base" {...rest(props)} />,
  h3: (props) => <Heading depth={3} className="mt-4 mb-1.5 text-sm" {...rest(props)} />,
  h4: (props) => <Heading depth={4} className="mt-3 mb-1 text-sm text-ink-2" {...rest(props)} />,
  h5: (props) => <Heading depth={5} className="mt-3 mb-1 text-sm text-ink-2" {...rest(props)} />,
  h6: (props) => <Heading depth={6} className="mt-3 mb-1 text-sm text-ink-2" {...rest(props)} />,
  p: (props) => <p className="my-2 leading-relaxed" {...rest(props)} />,
  blockquote: (props) => <blockquote className="my-2 border-line-strong border-l-2 pl-3 text-ink-2" {...rest(props)} />,
  ul: (props) => <ul className="my-2 list-disc space-y-0.5 pl-5" {...rest(props)} />,
  ol: (props) => <ol className="my-2 list-decimal space-y-0.5 pl-6" start={props.start} {...rest(props)} />,
  li: (props) => <li className="leading-relaxed marker:text-ink-3 [&>p]:my-1" {...rest(props)} />,
  hr: () => <hr className="my-4 border-line" />,
  strong: (props) => <strong className="font-semibold" {...rest(props)} />,
  a: (props) => <Link href={props.href}>{props.children}</Link>,
  img: () => null, // images are a textual mark long before this (plugins.ts)
  input: (props) => (
    <input
      type="checkbox"
      disabled
      checked={props.checked === true}
      aria-label={props.checked ? 'done' : 'not done'}
      className="mr-1.5 align-[-1px]"
      readOnly
    />
  ),
  code: (props) => (
    <code
      className="rounded bg-hover px-1 py-px font-mono text-[0.92em] [overflow-wrap:anywhere] in-[td]:[overflow-wrap:inherit]"
      {...rest(props)}
    />
  ),
  pre: (props) => (
    <Scrollable role="group" label="Code" className="my-2 rounded border border-line bg-sunken">
      <pre
        className="w-max min-w-full p-2.5 text-xs leading-relaxed [&_code]:bg-transparent [&_code]:p-0 [&_code]:text-xs [&_code]:[overflow-wrap:normal]"
        {...rest(props)}
      />
    </Scrollable>
  ),
  table: (props) => (
    <Scrollable role="group" label="Table" className="my-2 rounded border border-line">
      <table className="w-full border-collapse text-xs" {...rest(props)} />
    </Scrollable>
  ),
  thead: (props) => <thead className="bg-sunken text-ink-2" {...rest(props)} />,
  tr: (props) => <tr className="border-line not-last:border-b" {...rest(props)} />,
  th: (props) => <th scope="col" className="px-2 py-1 align-bottom font-medium whitespace-nowrap" {...rest(props)} />,
  // Short words stay whole, and the table scrolls where they find no room.
  td: (props) => (
    <td
      className="min-w-16 max-w-md px-2 py-1 align-top [overflow-wrap:normal] has-data-[break=anywhere]:min-w-40"
      {...rest(props)}
    />
  ),
  span: (props) => <Mark data={props as MarkProps}>{props.children}</Mark>,
};

/** Only what the sanitiser let through and the element needs: children and the line. */
function rest(props: { children?: ReactNode; node?: unknown }): { children?: ReactNode } & Offset {
  const offset = (props as Offset)['data-offset'];
  return { children: props.children, ...(offset ? { 'data-offset': offset } : {}) };
}

/** It looks as deep as it is written and counts as deep as it is nested; one inside a quote or a list has no rank. */
function Heading({
  depth,
  className,
  children,
  ...offset
}: { depth: number; className: string; children?: ReactNode } & Offset) {
  const known = useContext(HeadingContext).get(offset['data-offset'] ?? '0');
  const Tag = `h${Math.min(6, 1 + (known?.rank ?? depth)) as 2 | 3 | 4 | 5 | 6}` as const;
  return (
    <Tag id={known?.id} className={`scroll-mt-16 font-semibold text-ink ${className}`} {...offset}>
      {children}
    </Tag>
  );
}

function Link({ href, children }: { href?: string; children?: ReactNode }) {
  const actions = useContext(ActionsContext);
  const target = linkTarget(href);
  if (target.kind === 'none') return <span>{children}</span>;
  if (target.kind === 'anchor') {
    return (
      <a href={`#${target.id}`} className="text-accent underline underline-offset-2">
        {children}
      </a>
    );
  }
  const shown = typeof children === 'string' && children.includes(target.host);
  const ask = (event: MouseEvent) => {
    event.preventDefault();
    actions.open(target.href);
  };
  return (
    <a
      href={target.href}
      rel="noopener noreferrer nofollow"
      target="_blank"
      referrerPolicy="no-referrer"
      className="text-accent underline underline-offset-2 [overflow-wrap:anywhere]"
      onClick={ask}
      onAuxClick={(event) => event.button === 1 && ask(event)} // the middle button would open it unasked
    >
      {children}
      {!shown && <span className="text-ink-3 no-underline"> ({target.host})</span>}
      <ExternalLink aria-hidden className="mb-0.5 ml-0.5 inline size-3" />
      <span className="sr-only"> (external link)</span>
    </a>
  );
}

type MarkProps = {
  'data-break'?: string;
  'data-change'?: string;
  'data-cite'?: string;
  'data-kind'?: string;
  'data-raw'?: string;
  'data-invisible'?: string;
  'data-name'?: string;
  'data-image'?: string;
};

function Mark({ data, children }: { data: MarkProps; children?: ReactNode }) {
  if (data['data-cite']) return <Citations numbers={data['data-cite'].split(' ').map(Number)} />;
  if (data['data-change'] === 'added') return <ins className="rounded-xs bg-added-strong no-underline">{children}</ins>;
  if (data['data-change']) return <del className="rounded-xs bg-removed-strong">{children}</del>;
  if (data['data-break']) {
    const how = data['data-break'] === 'never' ? 'whitespace-nowrap' : '[overflow-wrap:anywhere]';
    return (
      <span data-break={data['data-break']} className={how}>
        {children}
      </span>
    );
  }
  if (data['data-raw'] && data['data-kind']) {
    return (
      <IndicatorButton kind={data['data-kind']} value={data['data-raw']}>
        {children}
      </IndicatorButton>
    );
  }
  if (data['data-invisible']) {
    return (
      <span
        title={`${data['data-invisible'] === 'lookalike' ? 'Letter from another script' : 'Invisible character'}: ${data['data-name']}`}
        className="mx-px rounded border border-bad bg-bad-soft px-0.5 font-mono text-2xs text-bad"
      >
        {children}
      </span>
    );
  }
  if (data['data-image']) {
    return (
      <span className="inline-flex max-w-full items-baseline gap-1 rounded border border-line bg-sunken px-1.5 text-ink-2 text-xs [overflow-wrap:anywhere]">
        <ImageOff aria-hidden className="size-3 shrink-0 self-center" />
        {children}
      </span>
    );
  }
  return <span>{children}</span>;
}

function IndicatorButton({ kind, value, children }: { kind: string; value: string; children?: ReactNode }) {
  const known = ENTITY_KINDS.find((one) => one === kind);
  if (!known) return <span>{children}</span>;
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      title={`${kind.replace('_', ' ')}: copy, and what is known about it`}
      onClick={(event) => openEntityCard({ kind: known, value }, event.currentTarget)}
      data-break={value.length < 25 ? 'never' : 'anywhere'}
      className="inline cursor-pointer border-line-strong border-b border-dotted text-left font-mono text-[0.92em] [overflow-wrap:anywhere] select-text data-[break=never]:in-[td]:[overflow-wrap:inherit] hover:bg-hover"
    >
      {children}
    </button>
  );
}
