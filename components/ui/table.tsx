import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './class-names';

/** Parts of a dense data table. A `<table>` stays a table at every width. */
export function Table({ className, ...rest }: ComponentProps<'table'>) {
  return <table {...rest} className={cx('w-full border-collapse text-left text-sm', className)} />;
}

export function TableHead({ className, ...rest }: ComponentProps<'thead'>) {
  return <thead {...rest} className={cx('sticky top-0 z-10 bg-surface', className)} />;
}

/** A column's name. The line below is a shadow, since a sticky cell loses its border. */
export function HeaderCell({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={cx(
        'h-8 whitespace-nowrap px-2 font-medium text-ink-3 text-xs shadow-[inset_0_-1px_0_var(--line)]',
        className,
      )}
    />
  );
}

type SortableCellProps = ComponentProps<'th'> & {
  /** How the list is sorted by this column; null: it isn't. */
  sorted: 'ascending' | 'descending' | null;
  onSort: () => void;
  /** Of the button: a column that gets narrower than one has it hidden there, and keeps its name for screen readers. */
  buttonClassName?: string;
};

/** A column's name that sorts the list by it. */
export function SortableCell({ sorted, onSort, buttonClassName, children, ...rest }: SortableCellProps) {
  const Icon = sorted === 'ascending' ? ArrowUp : ArrowDown;
  return (
    <HeaderCell
      {...rest}
      aria-sort={sorted ?? 'none'}
      {...(buttonClassName && typeof children === 'string' ? { 'aria-label': children } : {})}
    >
      <button
        type="button"
        onClick={onSort}
        className={cx('inline-flex min-h-6 items-center gap-1 hover:text-ink', buttonClassName)}
      >
        {children}
        {sorted && <Icon aria-hidden className="size-3" />}
      </button>
    </HeaderCell>
  );
}

export function TableRow({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr {...rest} className={cx('border-line border-b hover:bg-hover data-selected:bg-selected', className)} />;
}

export function Cell({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={cx('h-9 px-2 align-middle', className)} />;
}
