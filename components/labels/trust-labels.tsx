import { Building2, Eye, Gem, type LucideIcon, Radar, Settings2, ShieldAlert, ShieldCheck } from 'lucide-react';
import { Badge, type Tone } from '@/components/ui/badge';
import type { Trust, TrustNote } from '@/lib/entities/schema';

const TRUST: Record<Trust, { label: string; tone: Tone; Icon: LucideIcon }> = {
  'crown-jewel': { label: 'Crown jewel', tone: 'high', Icon: Gem },
  'service-account': { label: 'Service account', tone: 'accent', Icon: Settings2 },
  scanner: { label: 'Scanner', tone: 'accent', Icon: Radar },
  'corporate-range': { label: 'Corporate range', tone: 'accent', Icon: Building2 },
  'known-good': { label: 'Known good', tone: 'good', Icon: ShieldCheck },
  'known-bad': { label: 'Known bad', tone: 'bad', Icon: ShieldAlert },
  watched: { label: 'Watched', tone: 'medium', Icon: Eye },
};
export const TRUSTS = Object.keys(TRUST) as Trust[];
export const trustLabel = (trust: Trust): string => TRUST[trust].label;

/** What the team says about an entity; expired ones say so and have no color. */
export function TrustBadge({ note }: { note: Pick<TrustNote, 'trust' | 'note' | 'expired'> }) {
  const { label, tone, Icon } = TRUST[note.trust];
  return (
    <Badge tone={note.expired ? 'neutral' : tone} title={note.note || undefined}>
      <Icon aria-hidden className="size-3 shrink-0" />
      {label}
      {note.expired && ' (expired)'}
    </Badge>
  );
}
