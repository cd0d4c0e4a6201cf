/** What a person chose; `system` follows the device. */
export type ThemeChoice = 'system' | 'dark' | 'light';
type Theme = 'dark' | 'light';

const watchers = new Set<() => void>();
const COOKIE = /(?:^|; )theme=(system-)?(dark|light)/;

/**
 * Sets the theme here and for the next page load (cookie; the server renders it, so nothing flashes). The cookie of `system`
 * has what the device wanted last, since the server can't ask.
 */
export function setTheme(choice: ThemeChoice): void {
  const theme = choice === 'system' ? deviceTheme() : choice;
  document.documentElement.dataset.theme = theme;
  const value = choice === 'system' ? `system-${theme}` : theme;
  // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is missing in Firefox and Safari
  document.cookie = `theme=${value}; path=/; max-age=31536000; samesite=lax`;
  for (const changed of watchers) changed();
}

/** The theme that is shown. */
export function currentTheme(): Theme {
  return document.documentElement.dataset.theme === 'light' ? 'light' : 'dark';
}

/** What the person chose; `system` until then. */
export function themeChoice(): ThemeChoice {
  const cookie = COOKIE.exec(document.cookie);
  return cookie === null || cookie[1] ? 'system' : currentTheme();
}

/** Follows the device while that is the choice; answers a function that ends it. */
export function followDevice(): () => void {
  const follow = () => {
    if (themeChoice() === 'system') setTheme('system');
  };
  follow();
  const device = matchMedia(DARK);
  device.addEventListener('change', follow);
  return () => device.removeEventListener('change', follow);
}

/** Calls back on each change; answers a function that ends it. */
export function watchTheme(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

const DARK = '(prefers-color-scheme: dark)';
const deviceTheme = (): Theme => (matchMedia(DARK).matches ? 'dark' : 'light');
