'use client';
import { buttonClass } from '@/components/ui/button-class';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { defangUrl } from './links';

/** Confirms before an external link is opened, with its full URL as text. */
export function AskBeforeOpening({ href, onClose }: { href: string | null; onClose: () => void }) {
  return (
    <Dialog
      open={href !== null}
      onOpenChange={(open) => !open && onClose()}
      title="Open an external link?"
      description="A report’s text may come from an attacker. The other side will see your address and the time."
      size="md"
      footer={
        href && (
          <>
            <CopyButton text={defangUrl(href)} label="Copy defanged" showLabel size="md" />
            <a
              href={href}
              rel="noopener noreferrer nofollow"
              target="_blank"
              referrerPolicy="no-referrer"
              className={buttonClass('danger')}
              onClick={onClose}
            >
              Open in a new tab
            </a>
          </>
        )
      }
    >
      <p className="rounded border border-line bg-sunken p-2 font-mono text-xs [overflow-wrap:anywhere]">
        {href ?? ''}
      </p>
    </Dialog>
  );
}
