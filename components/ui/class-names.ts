import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

// Our own font size would otherwise count as a colour and be dropped beside text-ink-3.
const merge = extendTailwindMerge({ extend: { classGroups: { 'font-size': ['text-2xs'] } } });

/** Joins class names; of two that contradict each other, the later one holds. */
export function cx(...parts: ClassValue[]): string {
  return merge(clsx(parts));
}
