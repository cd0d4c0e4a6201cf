import { Ban, Cloud, Eye, type LucideIcon, Network, Radar, Server, Shuffle, Waves, Waypoints } from 'lucide-react';
import { Badge, type Tone } from '@/components/ui/badge';
import type { ListGroup, PublicListNote } from '@/lib/public-lists/schema';

const GROUP: Record<ListGroup, { label: string; tone: Tone; Icon: LucideIcon }> = {
  blocklist: { label: 'Reported', tone: 'bad', Icon: Ban },
  scanner: { label: 'Scanner', tone: 'accent', Icon: Radar },
  vpn: { label: 'Hides its user', tone: 'medium', Icon: Shuffle },
  abused: { label: 'Often misused', tone: 'medium', Icon: Waypoints },
  sinkhole: { label: 'Sinkhole or parked', tone: 'medium', Icon: Waves },
  cloud: { label: 'Cloud', tone: 'neutral', Icon: Cloud },
  service: { label: 'Service', tone: 'neutral', Icon: Server },
  common: { label: 'Common', tone: 'neutral', Icon: Eye },
  special: { label: 'Special range', tone: 'neutral', Icon: Network },
};

/** What a public list says of an entity, in a word; what it means as its tooltip. */
export function PublicListBadge({ note: { group, label, meaning } }: { note: PublicListNote }) {
  const { label: kind, tone, Icon } = GROUP[group];
  return (
    <Badge tone={tone} title={meaning}>
      <Icon aria-hidden className="size-3 shrink-0" />
      {kind}: {label}
    </Badge>
  );
}

/** `MISP warning list amazon-aws, 2026-08-11` */
export function listSource({ list, asOf }: PublicListNote): string {
  const name = list === 'ipsum' ? 'ipsum' : `MISP warning list ${list}`;
  return asOf === null ? name : `${name}, ${asOf}`;
}
