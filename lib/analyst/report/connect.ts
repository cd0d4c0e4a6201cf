import { joined } from '../../text/phrases';
import { seedsOf } from '../subject';
import { code, shownSeed } from './escape';
import type { Material } from './parts';

/** What to connect, named after what the alert is about. */
export function connect({ gathered }: Material): string {
  const [alert] = gathered.subject.alerts;
  const named = seedsOf(gathered.subject)
    .slice(0, 2)
    .map((seed) => shownSeed(seed, 60));
  const about =
    named.length > 0
      ? ` that record ${joined(named)}`
      : alert?.rule
        ? ` that the rule ${code(alert.rule, 60)} reads`
        : '';
  return `Connect the logs${about} for the time of the alert, then run the investigation again`;
}
