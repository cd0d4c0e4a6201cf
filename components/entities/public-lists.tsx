import { listSource, PublicListBadge } from '@/components/labels/list-labels';
import type { PublicListNote } from '@/lib/public-lists/schema';

/** What public lists say of an entity, what each means for an investigation, and which list it is. */
export function PublicLists({ lists }: { lists: PublicListNote[] }) {
  if (lists.length === 0) return null;
  return (
    <ul aria-label="Public lists" className="flex flex-col gap-1 text-xs">
      {lists.map((note) => (
        <li key={note.list} className="flex flex-wrap items-center gap-x-1.5 gap-y-0.5">
          <PublicListBadge note={note} />
          <span className="text-ink-2 [overflow-wrap:anywhere]">
            {note.meaning} <span className="text-ink-3">({listSource(note)})</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
