import { CALLBACK_PATH } from '@/lib/connections/oauth/choose-client';
import { env } from '@/lib/env/env';

/** Where an authorization server sends people back to: below PUBLIC_URL, else below the address that this request came to. */
export function redirectUrlOf(headers: Headers): string {
  const { PUBLIC_URL, PORT } = env();
  const scheme = headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http';
  return new URL(CALLBACK_PATH, PUBLIC_URL ?? `${scheme}://${headers.get('host') ?? `localhost:${PORT}`}`).href;
}
