import { ChevronDown, ChevronRight, Merge } from 'lucide-react';
import { kindInText } from '@/components/labels/alert-labels';
import { defang } from '@/lib/alerts/fang';
import type { ShownGroup } from './use-groups';

/** Folds and unfolds related alerts. */
export function GroupToggle({ group, tabIndex }: { group: ShownGroup; tabIndex: number }) {
  const Icon = group.open ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      aria-expanded={group.open}
      onClick={group.toggle}
      className="inline-flex h-6 shrink-0 items-center gap-1 self-center rounded-md border border-line bg-sunken px-1.5 text-xs hover:bg-hover"
    >
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {group.size} alerts
    </button>
  );
}

/** What the alerts of a group have in common, and a way to one case where they are in several. */
export function InCommon({ group, tabIndex }: { group: ShownGroup; tabIndex: number }) {
  const [first] = group.shared;
  const common = [
    group.rule ? 'same rule' : '',
    first ? `same ${kindInText(first.kind)} ${defang(first.kind, first.value)}` : '',
  ].filter(Boolean);
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2 text-ink-3 text-xs">
      <p className="min-w-0 truncate">{common.join(', ')}</p>
      {group.merge && (
        <button
          type="button"
          tabIndex={tabIndex}
          onClick={group.merge.ask}
          className="inline-flex min-h-[24px] items-center gap-1 text-accent hover:underline"
        >
          <Merge aria-hidden className="size-3.5 shrink-0" />
          Merge {group.merge.count} cases…
        </button>
      )}
    </div>
  );
}
