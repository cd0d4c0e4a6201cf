'use client';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Problem } from '@/components/ui/problem';
import { Spinner } from '@/components/ui/spinner';

/** The fields of a log source: name, type, how many rows have it, examples. */
export function LogFieldList({ name }: { name: string }) {
  const { data, error } = useApi('/api/log-sources/{name}', { params: { name } });
  if (error) return <Problem>{errorMessage(error)}</Problem>;
  if (!data) return <Spinner />;
  return (
    <dl className="mt-1 grid grid-cols-[minmax(8rem,16rem)_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
      {data.fields.map(({ name: field, type, filled, samples }) => (
        <div key={field} className="contents">
          <dt className="break-all font-mono">{field}</dt>
          <dd className="break-all text-ink-3">
            {type}, in {Math.round(filled * 100)} % of the rows
            {samples.length > 0 && `: ${samples.slice(0, 3).join(', ')}`}
          </dd>
        </div>
      ))}
      {data.rare.length > 0 && (
        <div className="contents">
          <dt className="text-ink-3">Rare fields</dt>
          <dd className="break-all text-ink-3">{data.rareCount ?? data.rare.length}, reached through raw</dd>
        </div>
      )}
    </dl>
  );
}
