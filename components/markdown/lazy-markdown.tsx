'use client';
import dynamic from 'next/dynamic';
import { memo, useDeferredValue } from 'react';
import type { MarkdownProps } from './markdown';

let isHere = false;

const Later = memo(
  dynamic(
    () =>
      import('./markdown').then((file) => {
        isHere = true;
        return file.Markdown;
      }),
    { loading: () => null },
  ),
);

/**
 * Markdown whose code (the parser) comes after the page. What the server rendered is read meanwhile; where nothing was
 * rendered there, the text appears with the code.
 */
export function LazyMarkdown(props: MarkdownProps) {
  // A change that comes before the code would have React put away the server's rendering and show nothing: it waits.
  const waiting = useDeferredValue(props);
  return <Later {...(isHere ? props : waiting)} />;
}
