'use client';
import { Keyboard, LogOut, Moon, Search, Sun, UserRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import type { ReactElement } from 'react';
import { Menu, MenuGroup, MenuItem, MenuSeparator } from '@/components/ui/menu';
import type { Role } from '@/lib/auth/permissions';
import { api } from './api';
import { currentTheme, setTheme } from './theme';

export type Me = { name: string; email: string; role: Role };

type UserMenuProps = {
  me: Me;
  trigger: ReactElement;
  side: 'right' | 'top';
  onPalette: () => void;
  onHelp: () => void;
};

export function UserMenu({ me, trigger, side, onPalette, onHelp }: UserMenuProps) {
  const router = useRouter();
  return (
    <Menu trigger={trigger} side={side} align="end">
      <MenuGroup label={`${me.email} · ${me.role}`}>
        <MenuItem icon={<UserRound aria-hidden />} onSelect={() => router.push('/settings/profile')}>
          Profile
        </MenuItem>
        <MenuItem icon={<Search aria-hidden />} keys="mod+k" onSelect={onPalette}>
          Commands
        </MenuItem>
        <MenuItem icon={<Keyboard aria-hidden />} keys="?" onSelect={onHelp}>
          Keyboard shortcuts
        </MenuItem>
        <MenuItem icon={<ThemeIcon />} onSelect={switchTheme}>
          Switch theme
        </MenuItem>
      </MenuGroup>
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden />} onSelect={signOut}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

export function switchTheme(): void {
  setTheme(currentTheme() === 'dark' ? 'light' : 'dark');
}

/** Ends the session on the server, then leaves the page: nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  const answer = await api.post('/api/auth/{...all}', { params: { all: 'sign-out' }, body: {} }).catch(() => null);
  // Where single sign-on began the session, its provider ends it too, and leads back.
  const { redirectTo } = (answer ?? {}) as { redirectTo?: string };
  location.assign(redirectTo ?? '/sign-in');
}

function ThemeIcon() {
  return (
    <>
      <Sun aria-hidden className="hidden dark:block" />
      <Moon aria-hidden className="dark:hidden" />
    </>
  );
}
