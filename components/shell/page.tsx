import type { ReactNode } from 'react';
import { cx } from '@/components/ui/class-names';

type PageProps = {
  /** The h1. */
  title: ReactNode;
  /** Small, after the title: counts, a status badge. */
  detail?: ReactNode;
  /** Right end of the top bar. */
  actions?: ReactNode;
  /** A second bar below the title: filters, tabs. */
  toolbar?: ReactNode;
  children: ReactNode;
  /** `fill`: the content fills the height and scrolls itself (split panes). `text`: a readable column. Default: scrolls as a whole. */
  layout?: 'scroll' | 'fill' | 'text';
};

/** A page inside the shell: top bar with title and actions, and the content. */
export function Page({ title, detail, actions, toolbar, children, layout = 'scroll' }: PageProps) {
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-3 py-1.5 md:px-4">
        <div className="flex min-w-0 flex-1 basis-48 items-center gap-2.5">
          {/* A word stays whole beside what scrolls; a case's title gives way, on a phone after two lines. */}
          <h1
            className={cx(
              'font-semibold text-[0.9375rem] max-md:line-clamp-2 max-md:text-sm max-md:leading-tight max-md:[overflow-wrap:anywhere] md:truncate',
              typeof title === 'string' && 'max-w-full shrink-0',
            )}
          >
            {title}
          </h1>
          {detail && <div className="flex min-w-0 items-center gap-2 text-ink-3 text-xs">{detail}</div>}
        </div>
        {actions && <div className="flex items-center gap-1.5">{actions}</div>}
      </header>
      {toolbar && <div className="shrink-0 border-line border-b px-3 py-1.5 md:px-4">{toolbar}</div>}
      <div className={cx('min-h-0 flex-1', layout === 'fill' ? 'flex flex-col overflow-clip' : 'overflow-y-auto')}>
        {layout === 'text' ? <div className="mx-auto w-full max-w-4xl px-3 py-5 md:px-6">{children}</div> : children}
      </div>
    </div>
  );
}
