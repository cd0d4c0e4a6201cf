'use client';
import { ZoomIn, ZoomOut } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { useWidth } from '@/components/ui/use-width';
import { type LaneBy, lanesOf, longestGap, type Mark, marksOf, NO_ACTOR, TACTICS } from '@/lib/timeline/lanes';
import type { CaseTimeline, TimelineEvent } from '@/lib/timeline/schema';
import { type Domain, domainOf, zoomed } from '@/lib/timeline/time-scale';
import { tacticLook } from './tactic';
import { AXIS, LANE, Overview, Plot } from './timeline-plot';
import { EventTable } from './timeline-table';

type TimelineProps = {
  timeline: CaseTimeline;
  /** Opens an evidence record. */
  onEvidence: (number: number) => void;
  /** At the end of its buttons. */
  action?: ReactNode;
};

const LANES = [
  { value: 'actor', label: 'Actor' },
  { value: 'source', label: 'Source' },
] as const;

/** What happened when: a lane for each actor or source, colored by tactic. Drag to zoom; click an event for its evidence. */
export function Timeline({ timeline: { events, omitted }, onEvidence, action }: TimelineProps) {
  const [by, setBy] = useState<LaneBy>('actor');
  const whole = useMemo(
    () => domainOf(events.flatMap(({ at, until }) => (until === null ? [at] : [at, until]))),
    [events],
  );
  const [chosen, setChosen] = useState<Domain | null>(null);
  const domain = chosen ?? whole;
  const [asTable, setAsTable] = useState(false);
  const [hovered, setHovered] = useState<{ mark: Mark; lane: string } | null>(null);
  const { ref, width } = useWidth();
  const grouped = useMemo(() => lanesOf(events, by), [events, by]);
  const lanes = useMemo(
    () =>
      grouped.map(({ name, events: own }) => ({
        name,
        count: own.length,
        marks: marksOf(own, domain, Math.max(1, width)),
      })),
    [grouped, domain, width],
  );
  const gap = useMemo(() => longestGap(events, domain), [events, domain]);
  if (events.length === 0) return <p className="px-3 py-2 text-ink-3 text-sm">No events with a time yet.</p>;
  const zoom = (factor: number) => {
    const next = zoomed(domain, factor, whole);
    setChosen(next[0] <= whole[0] && next[1] >= whole[1] ? null : next);
  };
  return (
    <figure aria-label="Timeline of the case" className="rounded-lg border border-line bg-surface text-xs">
      <figcaption className="flex flex-wrap items-center gap-1.5 border-line border-b px-2 py-1.5">
        <span className="mr-auto font-medium text-sm">
          {events.length.toLocaleString('en')} events
          {omitted > 0 && ` (${omitted.toLocaleString('en')} later ones left out)`}
        </span>
        <Select size="sm" label="Lanes" showLabel options={LANES} value={by} onChange={setBy} />
        <IconButton label="Zoom in" size="sm" onClick={() => zoom(0.5)}>
          <ZoomIn aria-hidden className="size-4" />
        </IconButton>
        <IconButton label="Zoom out" size="sm" disabled={chosen === null} onClick={() => zoom(2)}>
          <ZoomOut aria-hidden className="size-4" />
        </IconButton>
        <Button size="sm" disabled={chosen === null} onClick={() => setChosen(null)}>
          Show all
        </Button>
        <Button size="sm" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show chart' : 'Show table'}
        </Button>
        {action}
      </figcaption>
      {asTable ? (
        <EventTable events={within(events, domain)} onEvidence={onEvidence} />
      ) : (
        <div className="flex px-2 pt-1 pb-2">
          <LaneNames lanes={lanes} />
          <div ref={ref} className="relative min-w-0 flex-1">
            {width > 0 && (
              <Plot
                lanes={lanes}
                domain={domain}
                width={width}
                gap={gap}
                onZoom={setChosen}
                onHover={setHovered}
                onMark={({ evidence }) => evidence !== null && onEvidence(evidence)}
              />
            )}
            {hovered && <Tip mark={hovered.mark} width={width} />}
            {width > 0 && <Overview events={events} whole={whole} domain={domain} width={width} onZoom={setChosen} />}
          </div>
        </div>
      )}
      <Colors events={events} />
    </figure>
  );
}

function LaneNames({ lanes }: { lanes: { name: string; count: number }[] }) {
  return (
    <ul aria-hidden className="w-28 shrink-0 pr-2 text-right text-ink-2 sm:w-40" style={{ paddingTop: AXIS }}>
      {lanes.map(({ name, count }) => (
        <li key={name} className="flex items-center justify-end gap-1.5" style={{ height: LANE }} title={name}>
          <span className="min-w-0 truncate">{name}</span>
          <span className="text-ink-3 tabular-nums">{count}</span>
        </li>
      ))}
    </ul>
  );
}

function Colors({ events }: { events: TimelineEvent[] }) {
  const tactics = [...TACTICS, null].filter((tactic) => events.some((event) => event.tactic === tactic));
  return (
    <ul aria-label="Colors" className="flex flex-wrap gap-x-3 gap-y-0.5 px-2 pb-1.5 text-ink-2">
      {tactics.map((tactic) => (
        <li key={tactic ?? 'none'} className="flex items-center gap-1">
          <span aria-hidden className="size-2.5 rounded-full" style={{ background: tacticLook(tactic).color }} />
          {tacticLook(tactic).label}
        </li>
      ))}
      <li className="text-ink-3">Hollow: failed</li>
    </ul>
  );
}

const within = (events: TimelineEvent[], [from, to]: Domain): TimelineEvent[] =>
  events.filter(({ at, until }) => (until ?? at) >= from && at <= to);

function Tip({ mark, width }: { mark: Mark; width: number }) {
  const { first, count, more, evidence } = mark;
  return (
    <div
      className="pointer-events-none absolute top-0 z-10 max-w-72 rounded-md border border-line bg-raised px-2 py-1 shadow-float"
      style={mark.x > width / 2 ? { right: width - mark.x + 8 } : { left: mark.x + 8 }}
    >
      <p className="font-medium [overflow-wrap:anywhere]">{first.action}</p>
      <p className="text-ink-2">
        {new Date(first.at).toISOString().replace('T', ' ').slice(0, 19)}Z · {first.actor || NO_ACTOR}
      </p>
      <p className="text-ink-3">
        {tacticLook(first.tactic).label}
        {count > 1 && ` · ${count.toLocaleString('en')} times`}
        {more > 0 && ` · ${more} more events here`}
        {evidence !== null && ` · click for E${evidence}`}
      </p>
    </div>
  );
}
