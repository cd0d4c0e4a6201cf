'use client';
import { useContext, useState } from 'react';
import { citationRuns } from '@/lib/report/citation-runs';
import { ActionsContext, EvidenceContext } from './actions';

/** The evidence that is cited at one place: a button each, or, of many, one that unfolds them. */
export function Citations({ numbers }: { numbers: number[] }) {
  const [isOpen, setOpen] = useState(false);
  const known = useContext(EvidenceContext);
  const [only] = numbers;
  if (numbers.length === 1 && only !== undefined) return <Citation number={only} />;
  const runs = citationRuns(numbers);
  const missing = known === null ? [] : numbers.filter((number) => !known.has(number));
  const label = `${isOpen ? 'Fold' : 'Show'} ${numbers.length} citations: ${runs.join(', ')}`;
  return (
    <span>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={missing.length > 0 ? `${label}. ${missing.map((one) => `E${one}`).join(', ')} don’t exist` : label}
        title={`${numbers.length} evidence records`}
        onClick={() => setOpen(!isOpen)}
        className={`${PILL} ${missing.length > 0 ? 'bg-bad-soft text-bad' : 'bg-accent-soft text-accent'}`}
      >
        {runs.join(', ')} <span aria-hidden>{isOpen ? '▾' : '▸'}</span>
      </button>
      {isOpen && numbers.map((number) => <Citation key={number} number={number} />)}
    </span>
  );
}

const PILL =
  'mx-px inline-block min-h-[24px] min-w-[24px] rounded px-1 text-left align-baseline font-mono text-[0.85em] leading-4 hover:underline';

function Citation({ number }: { number: number }) {
  const actions = useContext(ActionsContext);
  const known = useContext(EvidenceContext);
  const missing = known !== null && !known.has(number);
  return (
    <button
      type="button"
      aria-label={missing ? `Evidence E${number} doesn’t exist` : `Show evidence E${number}`}
      title={missing ? 'This case has no such evidence record' : undefined}
      onClick={() => actions.cite(number)}
      className={`${PILL} ${missing ? 'bg-bad-soft text-bad line-through' : 'bg-accent-soft text-accent'}`}
    >
      E{number}
    </button>
  );
}
