'use client';
import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { cx } from './class-names';
import { Kbd } from './kbd';
import { ITEM, POPUP } from './select';

type MenuProps = {
  trigger: ReactElement;
  children: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left';
  align?: 'start' | 'center' | 'end';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
};

/** Actions below a button: `<Menu trigger={<Button>…</Button>}><MenuItem …/></Menu>`. */
export function Menu({ trigger, children, side = 'bottom', align = 'start', open, onOpenChange }: MenuProps) {
  return (
    <Base.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} className="z-50 outline-none">
          <Base.Popup className={cx(POPUP, 'max-h-(--available-height) min-w-44 overflow-y-auto')}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type MenuItemProps = {
  onSelect: () => void;
  icon?: ReactNode;
  keys?: string;
  disabled?: boolean;
  danger?: boolean;
  children: ReactNode;
};

export function MenuItem({ onSelect, icon, keys, disabled, danger, children }: MenuItemProps) {
  return (
    <Base.Item
      className={cx(ITEM, danger && 'text-bad')}
      onClick={onSelect}
      {...(disabled === undefined ? {} : { disabled })}
    >
      {icon && <span className="text-ink-3 [&>svg]:size-3.5">{icon}</span>}
      <span className="flex-1">{children}</span>
      {keys && <Kbd keys={keys} />}
    </Base.Item>
  );
}

/** One of several, checkable, and the menu stays open. */
export function MenuCheck({
  checked,
  onChange,
  icon,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Base.CheckboxItem className={ITEM} checked={checked} onCheckedChange={onChange} closeOnClick={false}>
      <span
        aria-hidden
        className="flex size-4 items-center justify-center rounded-sm border border-line-strong text-accent-ink data-on:border-accent data-on:bg-accent"
        data-on={checked || undefined}
      >
        {checked && <Check className="size-3" strokeWidth={3} />}
      </span>
      {icon}
      <span className="flex-1">{children}</span>
    </Base.CheckboxItem>
  );
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1.5 pb-1 font-medium text-2xs text-ink-3">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}
