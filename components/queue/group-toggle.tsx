import { ChevronDown, ChevronRight } from 'lucide-react';
import { KIND_LABEL } from '@/components/labels/alert-labels';
import { defang } from '@/lib/alerts/fang';
import type { ShownGroup } from './use-groups';

/** Folds and unfolds related alerts, and says what they have in common. */
export function GroupToggle({ group, tabIndex }: { group: ShownGroup; tabIndex: number }) {
  const [first] = group.shared;
  const common = [
    group.rule ? 'same rule' : '',
    first ? `same ${KIND_LABEL[first.kind].toLowerCase()} ${defang(first.kind, first.value)}` : '',
  ].filter(Boolean);
  const Icon = group.open ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      aria-expanded={group.open}
      title={common.join(', ')}
      onClick={group.toggle}
      className="inline-flex h-6 min-w-0 shrink-0 items-center gap-1 self-center rounded-md border border-line bg-sunken px-1.5 text-xs hover:bg-hover"
    >
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {group.size} alerts
      <span className="hidden max-w-56 truncate text-ink-3 @3xl:inline">{common.join(', ')}</span>
    </button>
  );
}
