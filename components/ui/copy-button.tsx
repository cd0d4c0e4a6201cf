'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button';
import { cx } from './class-names';
import { toast } from './toaster';

type CopyButtonProps = {
  text: string;
  /** Its name, e.g. "Copy key". */
  label?: string;
  showLabel?: boolean;
  size?: 'sm' | 'md';
  className?: string;
};

/** Copies a text and confirms it. */
export function CopyButton({ text, label = 'Copy', showLabel = false, size = 'sm', className }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (await copyText(text)) setCopied(true);
  };
  const icon = copied ? (
    <Check aria-hidden className="size-3.5 text-good" />
  ) : (
    <Copy aria-hidden className="size-3.5" />
  );
  const status = (
    <span role="status" className="sr-only">
      {copied ? 'Copied' : ''}
    </span>
  );
  // Positioned, so that the hidden status stays in its place and no scroller grows by it.
  return (
    <span className={cx('relative inline-flex', className)}>
      {showLabel ? (
        <Button size={size} onClick={copy}>
          {icon}
          {label}
        </Button>
      ) : (
        <IconButton label={label} size={size} onClick={copy}>
          {icon}
        </IconButton>
      )}
      {status}
    </span>
  );
}

/** Copies a text to the clipboard. Browsers refuse it to pages on plain http: a toast then shows the text. Answers whether it was copied. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast({ kind: 'bad', title: 'The browser blocked copying on this page.', description: text.slice(0, 500) });
    return false;
  }
}
