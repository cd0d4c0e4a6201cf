const WIDTH = 120;
const HEIGHT = 28;
const PAD = 3;

type SparklineProps = {
  /** What it shows, in a sentence; the numbers are in the table below. */
  label: string;
  values: number[];
  color: string;
};

/** A small line without axes, from zero to its highest value; the last value is marked. */
export function Sparkline({ label, values, color }: SparklineProps) {
  const top = Math.max(1, ...values);
  const step = (WIDTH - 2 * PAD) / Math.max(1, values.length - 1);
  const points = values.map((value, index) => [PAD + index * step, HEIGHT - PAD - (value / top) * (HEIGHT - 2 * PAD)]);
  const [x = 0, y = 0] = points.at(-1) ?? [];
  return (
    <svg role="img" aria-label={label} width={WIDTH} height={HEIGHT} className="block shrink-0">
      <line x1={PAD} x2={WIDTH - PAD} y1={HEIGHT - PAD} y2={HEIGHT - PAD} stroke="var(--line)" />
      <polyline
        points={points.map((point) => point.map((place) => place.toFixed(1)).join(',')).join(' ')}
        fill="none"
        stroke={color}
        strokeWidth={1.5}
        strokeLinejoin="round"
      />
      <circle cx={x} cy={y} r={2.5} fill={color} />
    </svg>
  );
}
