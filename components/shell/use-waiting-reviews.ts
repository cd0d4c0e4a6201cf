'use client';
import { useEffect, useState } from 'react';

const LOOK_MS = 60_000;

/** How many reviews wait for the signed-in person; looked at on each page and once a minute while the page is seen. */
export function useWaitingReviews(path: string): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    void path; // a new page looks again
    const look = async () => {
      if (document.visibilityState !== 'visible') return;
      try {
        // Not api.get: that would leave the page for the sign-in of somebody who only looks on.
        const response = await fetch('/api/reviews/waiting');
        if (response.ok) setCount((await response.json()).count);
      } catch {
        // The next look tells.
      }
    };
    void look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [path]);
  return count;
}
