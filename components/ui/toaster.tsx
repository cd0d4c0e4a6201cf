'use client';
import { Toast } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { Button, IconButton } from './button';

type Kind = 'info' | 'good' | 'bad';
export type ToastInput = {
  title: string;
  description?: string;
  kind?: Kind;
  /** One way out, e.g. Undo. The toast closes when it is pressed. */
  action?: { label: string; run: () => void };
  /** Milliseconds; 0 stays until closed. Default 6 s, 10 s with an action, errors stay. */
  timeout?: number;
};

const manager = Toast.createToastManager<{ kind: Kind; action?: ToastInput['action'] }>();

/** The newest Undo that is still shown. */
let undo: { id: string; run: () => void } | null = null;
/** Changes on their way to the server whose Undo will be shown, the newest last. */
const underWay: { undoAsked: boolean }[] = [];

/**
 * Does what the newest Undo button would; for a change that is still on its way, as soon as it has been made.
 * @returns what it did
 */
export function undoLast(): 'undone' | 'later' | 'nothing' {
  const change = underWay.at(-1);
  if (change) {
    change.undoAsked = true;
    return 'later';
  }
  if (!undo) return 'nothing';
  const { id, run } = undo;
  manager.close(id);
  run();
  return 'undone';
}

/** To be called when a change that can be undone is sent. `ended` says whether its undo was asked for in the meantime. */
export function changeUnderWay(): { ended: () => boolean } {
  const change = { undoAsked: false };
  underWay.push(change);
  return {
    ended: () => {
      const at = underWay.indexOf(change);
      if (at >= 0) underWay.splice(at, 1);
      return change.undoAsked;
    },
  };
}

/** Shows a message at the lower right, announced politely (errors at once). Answers a function that closes it. */
export function toast({ title, description, kind = 'info', action, timeout }: ToastInput): () => void {
  const id = manager.add({
    title,
    ...(description ? { description } : {}),
    priority: kind === 'bad' ? 'high' : 'low',
    timeout: timeout ?? (kind === 'bad' ? 0 : action ? 10_000 : 6_000),
    data: { kind, ...(action ? { action } : {}) },
    onClose: () => {
      if (undo?.id === id) undo = null;
    },
  });
  if (action?.label === 'Undo') undo = { id, run: action.run };
  return () => manager.close(id);
}

/** Once, in the shell. F6 moves the focus to the toasts. */
export function Toaster() {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-3 bottom-16 left-3 z-50 flex flex-col gap-2 sm:left-auto sm:w-96 md:bottom-4 md:right-4">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

const ICONS = {
  info: <Info aria-hidden className="mt-px size-4 shrink-0 text-accent" />,
  good: <CircleCheck aria-hidden className="mt-px size-4 shrink-0 text-good" />,
  bad: <CircleAlert aria-hidden className="mt-px size-4 shrink-0 text-bad" />,
};

function ToastList() {
  const { toasts } = Toast.useToastManager<{ kind: Kind; action?: ToastInput['action'] }>();
  return toasts.map((item) => (
    <Toast.Root
      key={item.id}
      toast={item}
      swipeDirection={['right', 'down']}
      className="rounded-lg border border-line-2 bg-raised text-ink shadow-float transition-opacity duration-150 data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-2.5 py-2 pr-1.5 pl-3">
        {ICONS[item.data?.kind ?? 'info']}
        {/* A long action goes below the text instead of squeezing it. */}
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1.5">
          <div className="min-w-0 flex-1 basis-52 break-words text-sm">
            <Toast.Title className="font-medium leading-5" />
            <Toast.Description className="text-ink-2 leading-5" />
          </div>
          {item.data?.action && (
            <Button
              size="sm"
              className="max-w-full"
              onClick={() => {
                manager.close(item.id);
                item.data?.action?.run();
              }}
            >
              <span className="truncate">{item.data.action.label}</span>
            </Button>
          )}
        </div>
        <Toast.Close
          render={
            <IconButton label="Dismiss" size="sm">
              <X aria-hidden className="size-3.5" />
            </IconButton>
          }
        />
      </Toast.Content>
    </Toast.Root>
  ));
}
