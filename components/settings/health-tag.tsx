import { CircleAlert, CircleCheck, CircleDashed } from 'lucide-react';
import { Tag } from '@/components/ui/badge';
import type { ConnectionView } from '@/lib/connections/schema';

const STATES = {
  ok: { word: 'working', tone: 'good', icon: <CircleCheck /> },
  failing: { word: 'failing', tone: 'bad', icon: <CircleAlert /> },
  unknown: { word: 'not tested', tone: 'neutral', icon: <CircleDashed /> },
} as const;

/** How a connection's server last answered. */
export function HealthTag({ health }: { health: ConnectionView['health'] }) {
  const { word, tone, icon } = STATES[health.state];
  return (
    <Tag tone={tone} icon={icon}>
      {word}
    </Tag>
  );
}
