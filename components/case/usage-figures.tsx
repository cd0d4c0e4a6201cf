type UsageFiguresProps = {
  /** Tokens that were sent, those from the cache among them, and answered. */
  sent: number;
  cached?: number;
  answered: number;
  /** US dollars; null: not known. */
  cost: number | null;
};

/** Tokens and, where the price is known, the cost. */
export function UsageFigures({ sent, cached = 0, answered, cost }: UsageFiguresProps) {
  if (sent + answered === 0) return null;
  return (
    <span className="text-ink-3" data-testid="run-usage">
      {compact(sent)} tokens in{cached > 0 && ` (${Math.round((100 * cached) / sent)} % cached)`} · {compact(answered)}{' '}
      out
      {cost !== null && ` · $${cost < 0.1 ? cost.toFixed(3) : cost.toFixed(2)}`}
    </span>
  );
}

const compact = (count: number): string =>
  count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 10_000 ? 1 : 0)}k`;
