import { CALLBACK_PATH } from '@/lib/connections/oauth/choose-client';
import { env } from '@/lib/env/env';

/** Where people reach this installation: PUBLIC_URL, else the address that this request came to. */
export function originOf(headers: Headers): string {
  const { PUBLIC_URL, PORT } = env();
  const scheme = headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http';
  return PUBLIC_URL ?? `${scheme}://${headers.get('host') ?? `localhost:${PORT}`}`;
}

/** An address of ours, for another server. */
export const redirectUrlOf = (headers: Headers, path = CALLBACK_PATH): string => new URL(path, originOf(headers)).href;
