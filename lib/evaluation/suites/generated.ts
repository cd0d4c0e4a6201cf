import { DAY } from '../../scenarios/calendar';
import type { Story } from '../../scenarios/event';
import { generateCase } from '../../scenarios/generate';
import { randomFrom } from '../../scenarios/random';
import { insiderStory } from '../../scenarios/stories/insider';
import { falsePositiveStory, openGroupAttack } from '../../scenarios/stories/open-groups';
import type { Telling } from '../../scenarios/stories/telling';
import { caseOfWorld, drawn, type PlannedCase, type SuiteInput } from './suite';

/** The study's false positives, and attacks that raise the same alert. */
const FALSE_POSITIVES = 348;
const MATCHED_ATTACKS = 58;
const INSIDERS = 20;

/** Security groups opened to everyone on 443: 348 by deployers at their work, 58 by somebody who should not. */
export function falsePositives(input: SuiteInput): PlannedCase[] {
  const benign = planned(input, 'false-positive', FALSE_POSITIVES, falsePositiveStory, { days: 10, volume: 0.2 });
  const attacks = planned(input, 'matched-attack', MATCHED_ATTACKS, openGroupAttack, { days: 10, volume: 0.2 });
  const all = [...benign, ...attacks];
  if (input.limit === null || input.limit >= all.length) return all;
  // Both kinds in a small draw too.
  const few = Math.max(1, Math.round((input.limit * MATCHED_ATTACKS) / all.length));
  const rest = Math.max(0, input.limit - few);
  return [...drawn(benign, { ...input, limit: rest }), ...drawn(attacks, { ...input, limit: few })];
}

/** The study's insiders, each time in another organization. */
export function insiders(input: SuiteInput): PlannedCase[] {
  return drawn(planned(input, 'insider', INSIDERS, insiderStory, { days: 21, volume: 0.5 }), input);
}

function planned(
  { seed }: SuiteInput,
  name: string,
  count: number,
  tell: (telling: Telling) => Story,
  size: { days: number; volume: number },
): PlannedCase[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `${name}-${String(index + 1).padStart(3, '0')}`;
    return {
      id,
      load: () => {
        const own = `${seed}/${id}`;
        // Some day of some year: nothing depends on when it is run.
        const end = Date.UTC(2025, 0, 20) + randomFrom(`${own}/end`).int(0, 600) * DAY + 20 * 3_600_000;
        const world = generateCase(own, end, tell, size);
        return caseOfWorld(id, world, world.stories[0] as Story); // a case has one story
      },
    };
  });
}
