'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button';
import { toast } from './toaster';

type CopyButtonProps = {
  text: string;
  /** Its name, e.g. "Copy key". */
  label?: string;
  showLabel?: boolean;
  size?: 'sm' | 'md';
  className?: string;
};

/** Copies a text and says so. */
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
  return (
    <>
      {showLabel ? (
        <Button size={size} onClick={copy} className={className}>
          {icon}
          {label}
        </Button>
      ) : (
        <IconButton label={label} size={size} onClick={copy} className={className}>
          {icon}
        </IconButton>
      )}
      {status}
    </>
  );
}

/** Puts a text on the clipboard. The clipboard is refused to pages on plain http: then a toast says so and shows the text. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast({ kind: 'bad', title: 'The browser did not allow copying here.', description: text.slice(0, 500) });
    return false;
  }
}
