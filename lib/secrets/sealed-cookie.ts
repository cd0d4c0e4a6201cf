import type { z } from 'zod';
import { env } from '../env/env';
import { seal, unseal } from './secret-box';

export type SealedCookie<Value> = {
  /** The `set-cookie` line that keeps a value in the browser. */
  write(value: Value): string;
  /** The line that takes the cookie away. */
  end(): string;
  /** The value that this browser brings back; null without one, and for one that was changed or has another form. */
  read(headers: Headers): Value | null;
};

/**
 * What is under way in a browser, kept sealed in the browser itself: anonymous visitors fill no table.
 * @param name letters and dots
 */
export function sealedCookie<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  { owner, path, sameSite, seconds }: { owner: string; path: string; sameSite: 'Lax' | 'Strict'; seconds: number },
): SealedCookie<z.output<Schema>> {
  const pattern = new RegExp(`(?:^|;\\s*)${name.replaceAll('.', '\\.')}=([A-Za-z0-9+/=_-]+)`);
  const line = (value: string, maxAge: number): string => {
    const secure = env().PUBLIC_URL?.startsWith('https://') ? '; Secure' : '';
    return `${name}=${value}; Max-Age=${maxAge}; Path=${path}; HttpOnly; SameSite=${sameSite}${secure}`;
  };
  return {
    write: (value) => line(seal(JSON.stringify(value), owner), seconds),
    end: () => line('', 0),
    read(headers) {
      const [, sealed] = pattern.exec(headers.get('cookie') ?? '') ?? [];
      if (sealed === undefined) return null;
      try {
        return schema.safeParse(JSON.parse(unseal(sealed, owner))).data ?? null;
      } catch {
        return null;
      }
    },
  };
}
