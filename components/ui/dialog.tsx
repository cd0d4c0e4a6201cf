'use client';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactElement, type ReactNode, type RefObject, useRef } from 'react';
import { buttonClass } from './button-class';
import { cx } from './class-names';
import { Unseen } from './unseen';

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** May hold text of outsiders. */
  title: string;
  description?: ReactNode;
  /** The button that opens it, when it has one of its own. Focus goes back to it. */
  trigger?: ReactElement;
  children?: ReactNode;
  /** Right-aligned buttons at the foot. */
  footer?: ReactNode;
  size?: 'sm' | 'md' | 'lg' | 'full';
  initialFocus?: RefObject<HTMLElement | null>;
  /** A form that a person asked for: its first field has the focus, not the way out. */
  isForm?: boolean;
};

const FIELD = 'input:not([type=hidden], [aria-hidden=true]), textarea, select, [role=combobox]';

const SIZE = {
  sm: 'sm:max-w-sm sm:max-h-[76vh]',
  md: 'sm:max-w-lg sm:max-h-[76vh]',
  lg: 'sm:max-w-3xl sm:max-h-[76vh]',
  full: 'sm:max-w-[97vw] sm:max-h-[96vh]',
};

/** A modal dialog: focus inside while open and back afterwards, Escape closes. A sheet from below on phones. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  trigger,
  children,
  footer,
  size = 'md',
  initialFocus,
  isForm = false,
}: DialogProps) {
  const content = useRef<HTMLDivElement>(null);
  // A finger's tap on a field would open the keyboard over the dialog.
  const firstField = (by: string) => by === 'touch' || (content.current?.querySelector<HTMLElement>(FIELD) ?? true);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport
          className={cx(
            'fixed inset-0 z-40 flex items-end justify-center sm:items-start sm:p-4',
            size === 'full' ? 'sm:pt-[2vh]' : 'sm:pt-[12vh]',
          )}
        >
          <Base.Popup
            {...(isForm ? { initialFocus: firstField } : initialFocus ? { initialFocus } : {})}
            className={cx(
              'flex max-h-[90dvh] w-full flex-col rounded-t-xl border border-line bg-raised text-ink shadow-float outline-none sm:rounded-xl',
              'transition-[opacity,translate] duration-150 data-ending-style:translate-y-1 data-starting-style:translate-y-1 data-ending-style:opacity-0 data-starting-style:opacity-0',
              SIZE[size],
            )}
          >
            <div className="flex items-start gap-3 px-4 pt-3.5">
              <div className="min-w-0 flex-1">
                <Base.Title className="font-semibold text-base">
                  <Unseen text={title} />
                </Base.Title>
                {description && <Base.Description className="mt-1 text-ink-2 text-sm">{description}</Base.Description>}
              </div>
              {/* No tooltip: it would open with the focus and take the first Escape for itself. */}
              <Base.Close aria-label="Close" className={cx(buttonClass('quiet', 'sm'), 'w-7 px-0')}>
                <X aria-hidden className="size-4" />
              </Base.Close>
            </div>
            <div ref={content} className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
              {children}
            </div>
            {footer && <div className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">{footer}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Wrap a button of the footer with it to close the dialog on press. */
export function DialogClose({ children }: { children: ReactElement }) {
  return <Base.Close render={children} />;
}
