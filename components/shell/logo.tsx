/** The mark: a Markdown heading inside a shield. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <path
        d="M16 3.5 26 7v8.2c0 6.2-4 10.6-10 13.3C10 25.8 6 21.4 6 15.2V7z"
        fill="none"
        className="stroke-accent"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      <path
        d="M14.1 10.5 12.9 19.5M19.1 10.5l-1.2 9M11.5 13.3h9.5M10.9 16.8h9.5"
        fill="none"
        className="stroke-accent"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
    </svg>
  );
}
