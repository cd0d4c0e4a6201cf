'use client';
import { useCallback, useState } from 'react';
import { useWide } from '@/components/ui/use-wide';
import { MODES, type Mode } from './mode-switch';
import type { Place } from './use-editor-keys';

/** Which panes and panels are shown: side by side on a wide window, one at a time on a narrow one. */
export function useLayout() {
  const wide = useWide(1024);
  const [mode, setMode] = useState<Mode>('split');
  const [side, setSide] = useState<Place>('run');
  const [sideShown, setSideShown] = useState(true);
  const [place, setPlace] = useState<Place>('preview');

  /** Shows a panel. */
  const open = useCallback((to: Place) => {
    setSide(to);
    setSideShown(true);
    setPlace(to);
  }, []);
  const showSource = useCallback(() => {
    if (!wide) setPlace('source');
    else setMode((now) => (now === 'preview' ? 'split' : now));
  }, [wide]);
  const turnMode = () => {
    if (wide) setMode((now) => MODES[(MODES.indexOf(now) + 1) % MODES.length] ?? 'split');
    else setPlace((now) => (now === 'preview' ? 'source' : 'preview'));
  };
  return {
    wide,
    mode,
    setMode,
    side,
    setSide,
    sideShown,
    setSideShown,
    place,
    setPlace,
    open,
    showSource,
    turnMode,
    /** The panel that is shown now. */
    shown: wide ? side : place,
  };
}
