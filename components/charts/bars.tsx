'use client';
import { useWidth } from '@/components/ui/use-width';

export type BarSeries = { name: string; color: string; values: (number | null)[] };
type BarsProps = {
  /** What it shows, in a sentence; the numbers are in the table below. */
  label: string;
  /** One for each group of bars. */
  groups: string[];
  series: BarSeries[];
  /** The top of the scale; absent: the highest value. */
  max?: number;
  format: 'count' | 'share';
};

const HEIGHT = 160;
const LEFT = 40;
const BOTTOM = 20;
const TOP = 8;
const LABEL_PX = 56;

/** Bars side by side in groups, with a scale. Its table twin stands beside it. */
export function Bars({ label, groups, series, max, format }: BarsProps) {
  const { ref, width } = useWidth();
  const top = max ?? niceTop(Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const slot = Math.max(1, (width - LEFT) / Math.max(1, groups.length));
  const bar = Math.min(18, Math.max(1, (slot * 0.7) / series.length));
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const every = Math.max(1, Math.ceil(LABEL_PX / slot));
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex flex-wrap gap-x-4 gap-y-1 text-ink-2 text-xs">
        {series.map(({ name, color }) => (
          <span key={name} className="flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-sm" style={{ background: color }} />
            {name}
          </span>
        ))}
      </figcaption>
      <div ref={ref} className="min-w-0 overflow-clip">
        {width > 0 && (
          <svg role="img" aria-label={label} width={width} height={HEIGHT} className="block">
            {[0, 0.5, 1].map((part) => (
              <g key={part}>
                <line x1={LEFT} x2={width} y1={y(top * part)} y2={y(top * part)} stroke="var(--line)" />
                <text x={LEFT - 6} y={y(top * part) + 4} textAnchor="end" fontSize={11} fill="var(--ink-3)">
                  {format === 'share' ? `${Math.round(top * part * 100)} %` : (top * part).toLocaleString('en')}
                </text>
              </g>
            ))}
            {groups.map((group, index) => {
              const center = LEFT + slot * (index + 0.5);
              return (
                <g key={group}>
                  {series.map(({ name, color, values }, number) => {
                    const value = values[index] ?? 0;
                    const x = center + (number - series.length / 2) * bar;
                    const height = Math.max(value > 0 ? 1 : 0, y(0) - y(value));
                    return <rect key={name} x={x} y={y(0) - height} width={bar * 0.9} height={height} fill={color} />;
                  })}
                  {index % every === 0 && (
                    <text x={center} y={HEIGHT - 5} textAnchor="middle" fontSize={11} fill="var(--ink-3)">
                      {group.slice(5)}
                    </text>
                  )}
                </g>
              );
            })}
          </svg>
        )}
      </div>
    </figure>
  );
}

/** The next even number of 1, 2 or 5 times a power of ten, so that its half is whole. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return Math.max(2, step * power);
}
