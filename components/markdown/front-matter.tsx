'use client';
import { memo, type ReactNode } from 'react';
import { ClassificationTag } from '@/components/labels/case-labels';
import { findFrontMatter } from '@/lib/report/find-front-matter';
import { readFrontMatter } from '@/lib/report/front-matter';
import type { FrontMatter } from '@/lib/report/schema';

/** The front matter as a compact header. One that can't be read is shown as it is, with the reason. */
export const FrontMatterSummary = memo(function FrontMatterSummary({ source }: { source: string }) {
  const { frontMatter, problem } = readFrontMatter(findFrontMatter(source));
  if (!frontMatter) {
    return (
      <div data-line={1} className="mb-3 rounded border border-bad bg-bad-soft p-2.5 text-xs">
        <p className="font-medium text-bad">{problem}</p>
        <pre className="mt-1 max-h-40 overflow-auto font-mono text-ink-2 whitespace-pre-wrap">{source.trim()}</pre>
      </div>
    );
  }
  return (
    <dl
      data-line={1}
      className="mb-3 flex flex-wrap items-baseline gap-x-4 gap-y-1.5 rounded border border-line bg-sunken px-3 py-2 text-xs"
    >
      {facts(frontMatter).map(([name, value]) => (
        <div key={name} className="flex items-center gap-1.5">
          <dt className="shrink-0 text-ink-3">{name}</dt>
          <dd className="text-ink">{value}</dd>
        </div>
      ))}
    </dl>
  );
});

function facts({ codename, classification, confidence, severity, techniques, model }: FrontMatter) {
  return [
    ['Classification', classification ? <ClassificationTag key="c" value={classification} /> : 'none yet'],
    ['Confidence', confidence === null ? 'none yet' : `${confidence} %`],
    [
      'Severity',
      severity.assessed && severity.assessed !== severity.original
        ? `${severity.original}, assessed ${severity.assessed}`
        : severity.original,
    ],
    [
      'Techniques',
      techniques.length > 0 ? (
        <span key="t" className="font-mono">
          {techniques.join(' ')}
        </span>
      ) : (
        'none'
      ),
    ],
    ['Codename', codename],
    ...(model
      ? [
          [
            'Drafted by',
            <span key="m" className="text-model">
              {model}
            </span>,
          ],
        ]
      : []),
  ] as [string, ReactNode][];
}
