import { CALLBACK_PATH } from '@/lib/connections/oauth/choose-client';
import { env } from '@/lib/env/env';

/** An address of ours, for another server: below PUBLIC_URL, else below the address that this request came to. */
export function redirectUrlOf(headers: Headers, path = CALLBACK_PATH): string {
  const { PUBLIC_URL, PORT } = env();
  const scheme = headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http';
  return new URL(path, PUBLIC_URL ?? `${scheme}://${headers.get('host') ?? `localhost:${PORT}`}`).href;
}
