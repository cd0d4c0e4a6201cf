import { citationPlaces } from '../blocks';
import { placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Finding, finding } from '../messages';

/** Every cited record exists. */
export function checkCitations({ blocks, records }: CheckContext): Finding[] {
  return blocks.flatMap((block) =>
    citationPlaces(block).flatMap(({ number, start, end }) =>
      records.has(number)
        ? []
        : [finding('citation', 'error', placeOf(block, { start, end }), 'evidence-missing', { record: number })],
    ),
  );
}
