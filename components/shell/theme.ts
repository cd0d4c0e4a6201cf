export type Theme = 'dark' | 'light';

const watchers = new Set<() => void>();

/** Sets the theme here and for the next page load (cookie; the server renders it, so nothing flashes). */
export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is missing in Firefox and Safari
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  for (const changed of watchers) changed();
}

export function currentTheme(): Theme {
  return document.documentElement.dataset.theme === 'light' ? 'light' : 'dark';
}

/** Calls back on each change; answers a function that ends it. */
export function watchTheme(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
