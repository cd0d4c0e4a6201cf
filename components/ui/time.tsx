'use client';
import { useSyncExternalStore } from 'react';
import { formatUtc, HALF_MINUTE, halfMinuteOf, spanOf } from '@/lib/time/time';
import { useInBrowser } from './use-in-browser';

type TimeProps = {
  /** ISO 8601. */
  value: string;
  /** `age` (4 h), `ago` (4 h ago) or the absolute UTC time. */
  show?: 'age' | 'ago' | 'utc';
  className?: string;
};

/** A time. Its title has UTC and the reader's own zone. Ages move on by themselves. */
export function Time({ value, show = 'ago', className }: TimeProps) {
  const now = useNow();
  const inBrowser = useInBrowser();
  const text = show === 'utc' ? formatUtc(value) : ageOf(value, now) + (show === 'ago' ? ' ago' : '');
  return (
    // The server doesn't know the reader's zone.
    <time
      dateTime={value}
      title={inBrowser ? `${formatUtc(value)}\n${localTime(value)}` : formatUtc(value)}
      className={className}
      suppressHydrationWarning
    >
      {show === 'utc' ? <Unbroken text={text} /> : text}
    </time>
  );
}

/** A line may end between the day and the time, never at a hyphen of the day. */
function Unbroken({ text }: { text: string }) {
  const [day, ...time] = text.split(' ');
  return (
    <>
      <span className="whitespace-nowrap">{day}</span> <span className="whitespace-nowrap">{time.join(' ')}</span>
    </>
  );
}

/** The current half minute in ms; the component is drawn again when it changes. */
export const useNow = (): number => useSyncExternalStore(everyHalfMinute, currentHalfMinute, drawnHalfMinute);

/** The reader's own zone, in full. */
export function localTime(value: string): string {
  return new Date(value).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
}

/** How long ago that was. */
export const ageOf = (value: string, now: number): string => spanOf(now - new Date(value).getTime());

const currentHalfMinute = () => halfMinuteOf(Date.now());

/** The one in which the server drew the page (app/layout.tsx): what the browser draws first must be the same text. */
const drawnHalfMinute = () =>
  (typeof document === 'undefined' ? 0 : Number(document.documentElement.dataset.drawn)) || currentHalfMinute();

function everyHalfMinute(changed: () => void): () => void {
  const timer = setInterval(changed, HALF_MINUTE);
  return () => clearInterval(timer);
}
