'use client';
import { FileSearch } from 'lucide-react';
import { useState } from 'react';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Problem } from '@/components/ui/problem';
import { Spinner } from '@/components/ui/spinner';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import type { LogSources } from '@/lib/connections/log-sources';
import type { SettingsView } from '@/lib/settings/read-settings';
import { LogFieldList } from './log-fields';
import { Section } from './section';

const WHILE_INDEXING_MS = 3000;

const LEAD: Record<SettingsView['logs'], string> = {
  own: 'The logs below LOGS_DIR, which every investigation can search.',
  samples: 'The demo organization’s logs, which every investigation can search. Set LOGS_DIR to search your own.',
  none: 'The logs that every investigation can search. LOGS_DIR names their folders.',
};

/** Every log source with what it covers, and every file that could not be read. */
export function LogSourceList({ logs }: Pick<SettingsView, 'logs'>) {
  const { data, error } = useApi(
    '/api/log-sources',
    {},
    { every: (answer) => (answer?.indexing ? WHILE_INDEXING_MS : false) },
  );
  return (
    <>
      <Section title="Log sources" lead={LEAD[logs]} isWide>
        <Problem>{error && errorMessage(error)}</Problem>
        {!data && !error && <Spinner />}
        {data?.indexing && (
          <p role="status" className="mb-3 text-ink-2 text-sm">
            Indexing:{' '}
            {data.indexing.map(({ source, done, total }) => `${source} (${done} of ${total} files)`).join(', ')}
          </p>
        )}
        {data?.skipped && (
          <p className="mb-3 text-high text-sm">
            {countOf(data.skippedCount ?? data.skipped.length, 'file is', 'files are')} skipped: no query can see{' '}
            {data.skipped.length === 1 ? 'it' : 'them'}.{' '}
            <a href={`#${SKIPPED_ID}`} className="underline">
              See why, and what to do
            </a>
          </p>
        )}
        {data && (data.sources.length > 0 ? <SourceTable sources={data.sources} /> : <NoSources />)}
      </Section>
      {data?.skipped && <SkippedFiles skipped={data.skipped} count={data.skippedCount ?? data.skipped.length} />}
      {data?.ignored && <IgnoredFiles ignored={data.ignored} />}
    </>
  );
}

type Source = LogSources['sources'][number];

function SourceTable({ sources }: { sources: Source[] }) {
  return (
    <Table>
      <TableHead>
        <tr>
          <HeaderCell className="pl-0">Source</HeaderCell>
          <HeaderCell className="hidden text-right sm:table-cell">Files</HeaderCell>
          <HeaderCell className="text-right">Rows</HeaderCell>
          <HeaderCell className="hidden sm:table-cell">Time span</HeaderCell>
          <HeaderCell className="pr-0">Fields</HeaderCell>
        </tr>
      </TableHead>
      <tbody>
        {sources.map((source) => (
          <SourceRow key={source.name} source={source} />
        ))}
      </tbody>
    </Table>
  );
}

function SourceRow({ source }: { source: Source }) {
  const [open, setOpen] = useState(false);
  const issues = issuesOf(source);
  return (
    <>
      <TableRow className="align-top hover:bg-transparent">
        <Cell className="min-w-32 py-1.5 pl-0 [overflow-wrap:anywhere]">
          <span className="font-medium font-mono text-xs">{source.name}</span>
          <span className="block text-ink-3 text-xs">{source.format}</span>
          <span className="mt-1 block whitespace-normal text-xs sm:hidden">
            <TimeSpan source={source} />
          </span>
        </Cell>
        <Cell className="hidden py-1.5 text-right tabular-nums sm:table-cell">{source.files.toLocaleString('en')}</Cell>
        <Cell className="py-1.5 text-right tabular-nums">{source.rows.toLocaleString('en')}</Cell>
        <Cell className="hidden py-1.5 sm:table-cell">
          <TimeSpan source={source} />
        </Cell>
        <Cell className="py-1.5 pr-0">
          <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
            {source.fields} {source.fields === 1 ? 'field' : 'fields'}
          </Button>
        </Cell>
      </TableRow>
      {(issues.length > 0 || open) && (
        <TableRow className="hover:bg-transparent">
          <Cell colSpan={5} className="h-auto whitespace-normal pb-2 pl-0">
            {issues.length > 0 && (
              <ul className="list-disc pl-5 text-ink-2 text-xs">
                {issues.map((issue) => (
                  <li key={issue} className="[overflow-wrap:anywhere]">
                    {issue}
                  </li>
                ))}
              </ul>
            )}
            {open && <LogFieldList name={source.name} />}
          </Cell>
        </TableRow>
      )}
    </>
  );
}

function TimeSpan({ source }: { source: Source }) {
  if (!source.from || !source.to) return 'no time found';
  return (
    <>
      <Time value={source.from} show="utc" /> – <Time value={source.to} show="utc" />
      <span className="block text-ink-3 text-xs">from {source.timeField ?? 'the rows'}</span>
    </>
  );
}

const countOf = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

function issuesOf(source: Source): string[] {
  const { unparsable, untimed, skippedFiles } = source;
  return [
    ...(unparsable ? [`${countOf(unparsable, 'line', 'lines')} could not be read`] : []),
    ...(untimed
      ? [
          countOf(
            untimed,
            'row has no time; it is in every time range',
            'rows have no time; they are in every time range',
          ),
        ]
      : []),
    ...(skippedFiles
      ? [`${countOf(skippedFiles, 'file of this log was', 'files of this log were')} skipped (see below)`]
      : []),
    ...(source.notes ?? []),
    ...(source.problems ?? []).map(
      ({ file, line, message }) => `${file}${line === null ? '' : `, line ${line}`}: ${message}`,
    ),
  ];
}

const SKIPPED_ID = 'skipped-files';

function SkippedFiles({ skipped, count }: { skipped: { file: string; reason: string }[]; count: number }) {
  return (
    <Section
      id={SKIPPED_ID}
      title={`Skipped files (${count})`}
      lead="Queries can’t see these files. What an investigation doesn’t find may be in them."
    >
      <Table>
        <TableHead>
          <tr>
            <HeaderCell className="pl-0">File</HeaderCell>
            <HeaderCell className="pr-0">Reason</HeaderCell>
          </tr>
        </TableHead>
        <tbody>
          {skipped.map(({ file, reason }) => (
            <TableRow key={file} className="hover:bg-transparent">
              <Cell className="min-w-32 py-1.5 pl-0 font-mono text-xs [overflow-wrap:anywhere]">{file}</Cell>
              <Cell className="whitespace-normal py-1.5 pr-0">{reason}</Cell>
            </TableRow>
          ))}
        </tbody>
      </Table>
      {count > skipped.length && <p className="mt-2 text-ink-3 text-sm">and {count - skipped.length} more</p>}
    </Section>
  );
}

function IgnoredFiles({ ignored }: { ignored: Record<string, string[]> }) {
  return (
    <Section title="Ignored files" lead="They contain no events of their own.">
      <dl className="text-sm">
        {Object.entries(ignored).map(([reason, files]) => (
          <div key={reason} className="mb-2">
            <dt className="text-ink-2">{reason}</dt>
            <dd className="break-all font-mono text-ink-3 text-xs">{files.join(', ')}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function NoSources() {
  return (
    <EmptyState icon={<FileSearch />} title="No log sources yet">
      Set <code>LOGS_DIR</code> to the folders with your logs (several are separated by a colon) and restart. Text,
      JSON, CSV and Parquet files are read as they are, compressed or not.
    </EmptyState>
  );
}
