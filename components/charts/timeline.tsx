'use client';
import { ZoomIn, ZoomOut } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { useWidth } from '@/components/ui/use-width';
import {
  gapsOf,
  incidentOf,
  type Lane,
  type LaneBy,
  lanesOf,
  type Mark,
  marksOf,
  NO_ACTOR,
  TACTICS,
} from '@/lib/timeline/lanes';
import type { CaseTimeline, TimelineEvent } from '@/lib/timeline/schema';
import { type Domain, domainOf, zoomed } from '@/lib/timeline/time-scale';
import { tacticLook } from './tactic';
import { Overview } from './timeline-overview';
import { AXIS, LANE, Plot } from './timeline-plot';
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

/**
 * What happened when: a lane for each actor or source, colored by tactic. It opens on what the report tells. Drag, or move the edges of the
 * strip, to zoom; click an event for its evidence.
 */
export function Timeline({ timeline: { events, omitted }, onEvidence, action }: TimelineProps) {
  const [by, setBy] = useState<LaneBy>('actor');
  const [asTable, setAsTable] = useState(false);
  const view = useView(events);
  const { whole, domain, zoomTo } = view;
  const [hovered, setHovered] = useState<Mark | null>(null);
  const { ref, width } = useWidth();
  const { shown, background } = useLanes(events, by, domain, width);
  const gaps = useMemo(() => gapsOf(events, domain), [events, domain]);
  const listed = useMemo(() => within(events, domain), [events, domain]);
  if (events.length === 0) return <p className="px-3 py-2 text-ink-3 text-sm">No events with a time yet.</p>;
  return (
    <figure aria-label="Timeline of the case" className="rounded-lg border border-line bg-surface text-xs">
      <figcaption className="flex flex-wrap items-center gap-1.5 border-line border-b px-2 py-1.5">
        <span className="mr-auto font-medium text-sm">{countsOf(listed.length, events.length, omitted)}</span>
        <Select size="sm" label="Lanes" showLabel options={LANES} value={by} onChange={setBy} />
        <ViewButtons view={view} />
        <Button size="sm" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show chart' : 'Show table'}
        </Button>
        {action}
      </figcaption>
      {asTable ? (
        <EventTable events={listed} onEvidence={onEvidence} />
      ) : (
        <div className="flex px-2 pt-1 pb-2">
          <LaneNames lanes={shown} />
          <div ref={ref} className="relative min-w-0 flex-1">
            {width > 0 && (
              <Plot
                lanes={shown}
                domain={domain}
                width={width}
                gaps={gaps}
                onZoom={zoomTo}
                onHover={setHovered}
                onMark={({ evidence }) => evidence !== null && onEvidence(evidence)}
              />
            )}
            {hovered && <Tip mark={hovered} width={width} />}
            {width > 0 && <Overview events={events} whole={whole} domain={domain} width={width} onZoom={zoomTo} />}
          </div>
        </div>
      )}
      {!asTable && background.length > 0 && (
        <p className="px-2 pb-1 text-ink-3" title={background.join('\n')}>
          {background.length === 1 ? '1 lane is' : `${background.length} lanes are`} empty in this period.
        </p>
      )}
      <Colors events={listed} />
    </figure>
  );
}

function countsOf(shown: number, all: number, omitted: number): string {
  const number = (value: number) => value.toLocaleString('en');
  const counted = shown === all ? `${number(all)} events` : `${number(shown)} of ${number(all)} events`;
  return omitted > 0 ? `${counted} (${number(omitted)} later ones left out)` : counted;
}

type View = ReturnType<typeof useView>;

/** Which part is shown: at first what the report tells, where that is a part only. */
function useView(events: TimelineEvent[]) {
  const whole = useMemo(
    () => domainOf(events.flatMap(({ at, until }) => (until === null ? [at] : [at, until]))),
    [events],
  );
  const incident = useMemo(() => incidentOf(events, whole), [events, whole]);
  // undefined: as it opens; null: all of it.
  const [chosen, setChosen] = useState<Domain | null | undefined>(undefined);
  const domain = (chosen === undefined ? incident : chosen) ?? whole;
  const zoomTo = (next: Domain) => setChosen(next[0] <= whole[0] && next[1] >= whole[1] ? null : next);
  return {
    whole,
    incident,
    domain,
    isWhole: domain === whole,
    isIncident: domain === incident,
    zoomTo,
    zoomBy: (factor: number) => zoomTo(zoomed(domain, factor, whole)),
    showAll: () => setChosen(null),
    showIncident: () => setChosen(undefined),
  };
}

function ViewButtons({ view }: { view: View }) {
  return (
    <>
      <IconButton label="Zoom in" size="sm" onClick={() => view.zoomBy(0.5)}>
        <ZoomIn aria-hidden className="size-4" />
      </IconButton>
      <IconButton label="Zoom out" size="sm" disabled={view.isWhole} onClick={() => view.zoomBy(2)}>
        <ZoomOut aria-hidden className="size-4" />
      </IconButton>
      {view.incident && (
        <Button
          size="sm"
          disabled={view.isIncident}
          title="The period of the report’s timeline"
          onClick={view.showIncident}
        >
          Incident
        </Button>
      )}
      <Button size="sm" disabled={view.isWhole} onClick={view.showAll}>
        Show all
      </Button>
    </>
  );
}

/** The lanes with their marks; apart from those whose marks are all summaries that reach over the whole period. */
function useLanes(events: TimelineEvent[], by: LaneBy, domain: Domain, width: number) {
  const grouped = useMemo(() => lanesOf(events, by), [events, by]);
  return useMemo(() => {
    const lanes = grouped.map(({ name, events: own }): Lane => {
      const inside = within(own, domain);
      return { name, count: inside.length, marks: marksOf(inside, domain, Math.max(1, width)) };
    });
    const tells = ({ marks }: Lane) => marks.some(({ x, end }) => x > 0 || end < width);
    const shown = lanes.filter(tells);
    // Never an empty picture.
    if (shown.length === 0) return { shown: lanes, background: [] };
    return { shown, background: lanes.filter((lane) => !tells(lane)).map(({ name }) => name) };
  }, [grouped, domain, width]);
}

function LaneNames({ lanes }: { lanes: { name: string; count: number }[] }) {
  return (
    <ul aria-hidden className="w-28 shrink-0 pr-2 text-right text-ink-2 sm:w-40" style={{ paddingTop: AXIS }}>
      {lanes.map(({ name, count }) => (
        <li key={name} className="flex items-center justify-end gap-1.5 pt-3.5" style={{ height: LANE }} title={name}>
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
        {timeOf(first)} · {first.actor || NO_ACTOR}
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

const timeOf = ({ at, until }: TimelineEvent): string =>
  [at, ...(until === null ? [] : [until])]
    .map((time) => `${new Date(time).toISOString().replace('T', ' ').slice(0, 19)}Z`)
    .join(' – ');
