import { buttonClass } from '@/components/ui/button-class';
import { CopyButton } from '@/components/ui/copy-button';

/** Shown this once and kept nowhere in the page. */
export function RecoveryCodes({ codes }: { codes: string[] }) {
  const text = `${codes.join('\n')}\n`;
  return (
    <div className="flex w-full max-w-sm flex-col gap-2">
      <ul
        aria-label="Recovery codes"
        className="grid grid-cols-2 gap-x-4 gap-y-1 rounded-md border border-line bg-sunken p-3 font-mono text-sm"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex gap-2">
        <CopyButton text={text} label="Copy codes" showLabel />
        <a
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="socdown-recovery-codes.txt"
          className={buttonClass('default', 'sm')}
        >
          Download codes
        </a>
      </div>
    </div>
  );
}
