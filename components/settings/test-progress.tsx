'use client';
import { useEffect, useState } from 'react';

/** A first start installs the program and may fill its caches before it answers. */
const SLOW_S = 5;

/** How long a test has been running, and whether that is to be expected. */
export function TestProgress({ kind }: { kind: 'stdio' | 'http' }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p role="status" className="mt-2 text-ink-2 text-sm">
      Testing <span aria-hidden="true">({seconds} s)</span>
      {seconds >= SLOW_S &&
        (kind === 'stdio'
          ? '. A program’s first start can take up to five minutes. You can leave this page.'
          : '. The server is slow to answer.')}
    </p>
  );
}
