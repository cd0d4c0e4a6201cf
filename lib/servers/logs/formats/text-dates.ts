import { numericDates } from '../find-time';
import { type DateOrder, readTime } from '../read-time';
import { dateOrderOf } from '../time-field';
import type { Head, Sink } from './format';

const DAY_MS = 86_400_000;
type Order = ReturnType<typeof dateOrderOf>;
const known = new WeakMap<Head, Order>();

/** Which of day and month comes first in a text log's `03/04/2024 09:00`, by all dates at its beginning. */
export const textDateOrder = (head: Head): DateOrder | undefined => orderIn(head).order;

/** Tells once for a file that its dates fit both orders. */
export function noteDateOrder(head: Head, sink: Sink): void {
  if (orderIn(head).isOrderGuessed) sink.note('dateOrder');
}

function orderIn(head: Head): Order {
  const order = known.get(head) ?? findOrder(head);
  known.set(head, order);
  return order;
}

/** A file is not older than what it holds: where only one order says so, it is that one. */
function findOrder({ lines, mtimeMs }: Head): Order {
  const dates = numericDates(lines);
  const found = dateOrderOf(dates);
  if (!found.isOrderGuessed) return found;
  const isPast = (order: DateOrder): boolean =>
    dates.every((date) => (readTime(date, order) ?? 0) <= (mtimeMs + DAY_MS) * 1000);
  if (isPast('mdy') === isPast('dmy')) return found;
  return { order: isPast('mdy') ? 'mdy' : 'dmy', isOrderGuessed: true };
}
