import { Fragment } from 'react';
import { cx } from './class-names';

const NAMES: Record<string, string> = {
  mod: 'Ctrl',
  alt: 'Alt',
  shift: '⇧',
  enter: '↵',
  escape: 'Esc',
  arrowup: '↑',
  arrowdown: '↓',
};

/** Keys as the shortcut registry writes them: `j`, `mod+k`, `g q`. `mod` reads ⌘ on a Mac (by CSS class on <html>). */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <span className={cx('inline-flex items-center gap-0.5', className)}>
      {keys.split(' ').map((stroke, index) => (
        <Fragment key={index}>
          {index > 0 && <span className="px-0.5 text-2xs text-ink-3">then</span>}
          {stroke.split('+').map((key) => (
            <kbd
              key={key}
              className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded border border-line bg-sunken px-1 font-sans text-2xs text-ink-2"
            >
              {key === 'mod' ? <ModKey /> : (NAMES[key.toLowerCase()] ?? key)}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}

function ModKey() {
  return (
    <>
      <span className="mac:hidden">Ctrl</span>
      <span className="hidden mac:inline">⌘</span>
    </>
  );
}
