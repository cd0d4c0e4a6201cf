'use client';
import { Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import { usePathname, useRouter } from 'next/navigation';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useEffect, useState } from 'react';
import { Toaster, undoLast } from '@/components/ui/toaster';
import { Tooltip, TooltipProvider } from '@/components/ui/tooltip';
import { announce, LiveRegion } from './live-region';
import { Logo } from './logo';
import { Navigation, placesOf } from './navigation';
import { QueryProvider } from './query-provider';
import { listenForShortcuts, useShortcuts } from './shortcuts';
import { StoreNotice } from './store-notice';
import { followDevice } from './theme';
import { type Me, signOut, switchTheme, UserMenu } from './user-menu';
import { WaitingCalls } from './waiting-calls';

// Loaded when first opened.
const Palette = dynamic(() => import('./palette').then((file) => file.Palette), { ssr: false });
const ShortcutHelp = dynamic(() => import('./shortcut-help').then((file) => file.ShortcutHelp), { ssr: false });

/** Pages without navigation. */
const BARE = ['/sign-in', '/setup', '/set-password'];

/** Around every page: navigation, palette, help, toasts, live region. `me` null: signed out, no navigation. */
export function AppShell({ me, children }: { me: Me | null; children: ReactNode }) {
  const bare = me === null || BARE.includes(usePathname());
  useEffect(() => {
    document.documentElement.classList.toggle('mac', /Mac|iPhone|iPad/.test(navigator.platform));
    return listenForShortcuts();
  }, []);
  useEffect(followDevice, []);
  return (
    <QueryProvider>
      <NuqsAdapter>
        <TooltipProvider>
          {bare ? <main id="main">{children}</main> : <Frame me={me}>{children}</Frame>}
          <LiveRegion />
          <Toaster />
        </TooltipProvider>
      </NuqsAdapter>
    </QueryProvider>
  );
}

function Frame({ me, children }: { me: Me; children: ReactNode }) {
  const router = useRouter();
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const openPalette = () => setPaletteOpen(true);
  const openHelp = () => setHelpOpen(true);

  useShortcuts([
    ...placesOf(me.role).map((place) => ({
      keys: place.keys,
      label: `Go to ${place.label}`,
      group: 'Go to',
      run: () => router.push(place.href),
    })),
    { keys: 'mod+k', label: 'Commands', group: 'General', run: openPalette, hiddenInPalette: true },
    // Inside the Markdown editor mod+k inserts a link.
    {
      keys: 'mod+alt+k',
      label: 'Commands, from any text field',
      group: 'General',
      run: openPalette,
      hiddenInPalette: true,
      whileTyping: true,
    },
    { keys: '?', label: 'Keyboard shortcuts', group: 'General', run: openHelp, words: 'help keys' },
    {
      keys: 'z',
      label: 'Undo the last change',
      group: 'General',
      run: () => {
        const did = undoLast();
        if (did !== 'undone') announce(did === 'later' ? 'Will be undone as soon as it is saved.' : 'Nothing to undo.');
      },
    },
    { label: 'Switch theme', group: 'General', run: switchTheme, words: 'dark light appearance' },
    { label: 'Sign out', group: 'General', run: signOut, words: 'log out' },
  ]);

  const menu = { me, onPalette: openPalette, onHelp: openHelp };
  return (
    // Clipped, not hidden: a child that asks to be scrolled into view moves its own scroller, never the page.
    <div className="relative flex h-dvh flex-col overflow-clip md:flex-row">
      <a
        href="#main"
        className="absolute left-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-1.5 text-accent-ink text-sm focus:translate-y-2"
      >
        Skip to content
      </a>
      <SideBar {...menu} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <StoreNotice />
        <main id="main" tabIndex={-1} className="min-h-0 min-w-0 flex-1 outline-none">
          {children}
        </main>
      </div>
      <BottomBar {...menu} />
      <WhenOpened open={paletteOpen}>
        <Palette role={me.role} open={paletteOpen} onOpenChange={setPaletteOpen} />
      </WhenOpened>
      <WhenOpened open={helpOpen}>
        <ShortcutHelp open={helpOpen} onOpenChange={setHelpOpen} />
      </WhenOpened>
    </div>
  );
}

type BarProps = { me: Me; onPalette: () => void; onHelp: () => void };

/** Navigation at the side, on a wide screen. */
function SideBar(menu: BarProps) {
  const { me, onPalette } = menu;
  return (
    <div className="hidden w-20 shrink-0 flex-col items-center gap-1 border-line border-r bg-sunken py-2 md:flex">
      <Logo className="mb-1 size-8" />
      <Tooltip text="Commands" keys="mod+k" side="right">
        <button
          type="button"
          aria-label="Commands"
          onClick={onPalette}
          className="mb-1 flex h-9 w-16 items-center justify-center rounded-lg text-ink-2 hover:bg-hover hover:text-ink"
        >
          <Search aria-hidden className="size-4.5" strokeWidth={1.75} />
        </button>
      </Tooltip>
      <Navigation role={me.role} className="flex flex-1 flex-col items-center gap-1" itemClassName="h-12 w-18" />
      <WaitingCalls className="h-12 w-16" />
      <UserMenu
        {...menu}
        side="right"
        trigger={
          <button type="button" aria-label={`Account of ${me.name}`} className="rounded-full">
            <Initials name={me.name} />
          </button>
        }
      />
    </div>
  );
}

/** Navigation at the bottom, on a narrow screen. */
function BottomBar(menu: BarProps) {
  const { me } = menu;
  return (
    <div className="flex h-14 shrink-0 items-stretch border-line border-t bg-sunken px-1 pb-[env(safe-area-inset-bottom)] md:hidden">
      <Navigation role={me.role} className="flex flex-1 items-center" itemClassName="h-12 flex-1" />
      <WaitingCalls className="h-12 w-14 self-center" />
      <UserMenu
        {...menu}
        side="top"
        trigger={
          <button
            type="button"
            aria-label={`Account of ${me.name}`}
            className="flex w-14 flex-col items-center justify-center gap-0.5 text-2xs text-ink-2"
          >
            <Initials name={me.name} small />
            <span aria-hidden>You</span>
          </button>
        }
      />
    </div>
  );
}

/** Mounts a dialog the first time it is opened, and keeps it. */
function WhenOpened({ open, children }: { open: boolean; children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  if (open && !opened) setOpened(true);
  return opened ? children : null;
}

/** A person as two letters. */
export function Initials({ name, small = false }: { name: string; small?: boolean }) {
  const letters = name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
  return (
    <span
      aria-hidden
      className={`flex items-center justify-center rounded-full bg-accent-soft font-semibold text-2xs text-accent ${small ? 'size-4.5' : 'size-8'}`}
    >
      {small ? letters.slice(0, 1) : letters}
    </span>
  );
}
