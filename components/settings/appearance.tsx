'use client';
import { useSyncExternalStore } from 'react';
import { setSingleKeys, singleKeysOn, watchSingleKeys } from '@/components/shell/shortcuts';
import { setTheme, type ThemeChoice, themeChoice, watchTheme } from '@/components/shell/theme';
import { Checkbox } from '@/components/ui/checkbox';
import { Kbd } from '@/components/ui/kbd';
import { Select } from '@/components/ui/select';
import { Section } from './section';

const THEMES: { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

/** Kept in this browser. */
export function Appearance() {
  const theme = useSyncExternalStore(watchTheme, themeChoice, () => 'system' as const);
  const single = useSyncExternalStore(watchSingleKeys, singleKeysOn, () => true);
  return (
    <>
      <Section title="Appearance" lead="Saved in this browser.">
        <Select label="Theme" showLabel options={THEMES} value={theme} onChange={setTheme} className="w-44" />
      </Section>
      <Section title="Keyboard">
        <Checkbox label="Single-letter shortcuts" showLabel checked={single} onChange={setSingleKeys} />
        <p className="mt-1 ml-8 max-w-prose text-ink-2 text-sm">
          Keys such as <Kbd keys="j" /> and <Kbd keys="x" /> act immediately. Turn them off if they interfere with
          speech input. Arrow keys, <Kbd keys="mod+k" /> and everything on the screen work without them.
        </p>
      </Section>
    </>
  );
}
