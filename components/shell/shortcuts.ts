'use client';
import { useEffect, useRef, useSyncExternalStore } from 'react';

/**
 * One thing a person can do on this page. It feeds the keys, the palette and the help.
 * `keys`: strokes parted by blanks, each `mod+shift+alt+key` (`mod` is ⌘ on a Mac, Ctrl elsewhere), e.g. `j`, `?`, `mod+s`, `g q`.
 * Left out: palette only. Names of keys are KeyboardEvent.key, lower case (`enter`, `escape`, `arrowdown`).
 */
export type Shortcut = {
  keys?: string;
  label: string;
  group: string;
  run: (event?: KeyboardEvent) => void;
  /** Not now: neither key nor palette entry. */
  disabled?: boolean;
  /** Works while typing too. Meant for strokes with `mod`; those are taken from text fields only when this is set. */
  whileTyping?: boolean;
  /** In keys and help only, e.g. `j`. */
  hiddenInPalette?: boolean;
  /** In the palette only once something is typed: one of many of its kind. */
  whenTyped?: boolean;
  /** The focused element answers this key itself (Enter on a link); it is only listed. */
  byElement?: boolean;
  /** Other words to find it by in the palette. */
  words?: string;
};

type Registration = { shortcuts: Shortcut[] };
let registrations: Registration[] = [];
let listed: Shortcut[] = [];
const watchers = new Set<() => void>();

/**
 * Makes shortcuts work while the calling component is there. The newest registration of a key holds.
 * The list may be a new array on each render; `run` is always the latest one.
 */
export function useShortcuts(shortcuts: Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const shape = JSON.stringify(shortcuts.map(({ run: _, ...rest }) => rest));
  useEffect(() => {
    const registration: Registration = {
      shortcuts: latest.current.map((shortcut, index) => ({
        ...shortcut,
        run: (event) => latest.current[index]?.run(event),
      })),
    };
    // Read so that a change of labels or keys registers again.
    void shape;
    change([...registrations, registration]);
    return () => change(registrations.filter((other) => other !== registration));
  }, [shape]);
}

/** All shortcuts in force, for the palette and the help. */
export function useShortcutList(): Shortcut[] {
  return useSyncExternalStore(
    (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    () => listed,
    () => NONE,
  );
}

const NONE: Shortcut[] = [];
const SETTING = 'shortcuts.single-key';

/** Whether shortcuts without Ctrl or ⌘ work (WCAG 2.1.4: they can be switched off in Settings). */
export function singleKeysOn(): boolean {
  return localStorage.getItem(SETTING) !== 'off';
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(SETTING, on ? 'on' : 'off');
  for (const changed of watchers) changed();
}

/** Calls back when they are switched; answers a function that ends it. */
export function watchSingleKeys(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

const SEQUENCE_MS = 1200;
let begun = '';
let begunAt = 0;

/** The one key listener, set by the shell. Answers a function that takes it off. */
export function listenForShortcuts(): () => void {
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.repeat === undefined) return;
  if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  const stroke = strokeOf(event);
  const typing = isTyping(event.target);
  const isSingle = !stroke.includes('mod+') && !stroke.includes('alt+') && stroke !== 'escape';
  // Inside a menu or dialog the keys belong to it; a dialog may still use strokes with mod.
  if (isSingle && (typing || isInPopup(event.target))) return;
  // Escape closes what is on top; the page below must not take it.
  if (stroke === 'escape' && isInPopup(event.target)) return;
  if (isSingle && stroke.length === 1 && !singleKeysOn()) return;
  // Out of a field, so that the keys of the page work. What a field does with Escape itself, it has done by now.
  if (stroke === 'escape' && typing && event.target instanceof HTMLElement) {
    event.target.blur();
    return;
  }

  const sequence = begun && Date.now() - begunAt < SEQUENCE_MS ? `${begun} ${stroke}` : stroke;
  begun = '';
  const candidates = registrations.flatMap((registration) => registration.shortcuts).reverse();
  const active = candidates.filter(
    (shortcut) => !shortcut.disabled && !shortcut.byElement && (!typing || shortcut.whileTyping),
  );
  const hit =
    active.find((shortcut) => shortcut.keys === sequence) ?? active.find((shortcut) => shortcut.keys === stroke);
  if (hit) {
    event.preventDefault();
    hit.run(event);
  } else if (!typing && active.some((shortcut) => shortcut.keys?.startsWith(`${stroke} `))) {
    begun = stroke;
    begunAt = Date.now();
  }
}

/** `mod+k`, `shift+x`, `?`: Shift is named only where it doesn't show in the key itself. */
export function strokeOf(event: KeyboardEvent): string {
  const key =
    event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
  const showsShift = event.key.length === 1 && !/[a-z]/i.test(event.key);
  return [
    event.metaKey || event.ctrlKey ? 'mod+' : '',
    event.altKey ? 'alt+' : '',
    event.shiftKey && !showsShift ? 'shift+' : '',
    key === ' ' ? 'space' : key,
  ].join('');
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('.cm-editor')) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)
  );
}

function isInPopup(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('[role=dialog],[role=alertdialog],[role=menu],[role=listbox]') !== null
  );
}

function change(next: Registration[]): void {
  registrations = next;
  const seen = new Set<string>();
  listed = registrations
    .flatMap((registration) => registration.shortcuts)
    .reverse()
    .filter((shortcut) => {
      const key = shortcut.keys ?? `label:${shortcut.label}`;
      if (shortcut.disabled || seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .reverse();
  for (const changed of watchers) changed();
}
