'use client';
import dynamic from 'next/dynamic';
import { memo, useEffect, useState } from 'react';
import { useInBrowser } from '@/components/ui/use-in-browser';
import type { MarkdownProps } from './markdown';

/** More, in characters or lines, is drawn in the browser alone: rendering it would hold the server for seconds, for everyone. */
const MOST_ON_SERVER = { characters: 60_000, lines: 2_000 };

const Loaded = dynamic(() => import('./markdown').then((file) => file.Markdown), {
  loading: () => <p className="text-ink-3 text-sm">Loading the text…</p>,
});
const Later = memo(Loaded);

let isHere = false;

/**
 * Markdown whose code (the parser) comes after the page. What the server rendered is read meanwhile; where nothing was
 * rendered there, the text appears with the code.
 */
export function LazyMarkdown(props: MarkdownProps) {
  const inBrowser = useInBrowser();
  // A change that comes before the code would have React put away the server's rendering and show nothing: it waits.
  const [first] = useState(props);
  const [ready, setReady] = useState(isHere);
  useEffect(() => {
    if (ready) return;
    void import('./markdown').then(() => {
      isHere = true;
      setReady(true);
    });
  }, [ready]);
  if (!inBrowser && isTooMuch(props.source)) return <p className="text-ink-3 text-sm">Rendering a long text…</p>;
  return <Later {...(ready ? props : first)} />;
}

const isTooMuch = (source: string): boolean =>
  source.length > MOST_ON_SERVER.characters ||
  source.split('\n', MOST_ON_SERVER.lines + 1).length > MOST_ON_SERVER.lines;
