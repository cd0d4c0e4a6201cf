import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';

/** Why the device gave no answer. `present`: it has a passkey of this account already. */
type Why = 'unsupported' | 'cancelled' | 'present' | 'failed';
type Answer<Response> = { ok: true; response: Response } | { ok: false; why: Why };

const PROBLEMS = {
  unsupported: 'This browser can’t use passkeys here. They need HTTPS and a host name, or localhost.',
  cancelled: 'The device’s prompt was closed or timed out. Try again.',
  present: 'This device already has a passkey for your account.',
  failed: 'The device sent an invalid response. Try again, or use your password.',
} as const satisfies Record<Why, string>;

export const passkeyProblem = (why: Why): string => PROBLEMS[why];

/** Asks the person’s device to make a passkey. The library is fetched when it is needed. */
export function makePasskey(options: unknown): Promise<Answer<RegistrationResponseJSON>> {
  return ask(async ({ startRegistration }) =>
    startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON }),
  );
}

/** Asks the person’s device to sign in with a passkey. */
export function signWithPasskey(options: unknown): Promise<Answer<AuthenticationResponseJSON>> {
  return ask(async ({ startAuthentication }) =>
    startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON }),
  );
}

async function ask<Response>(
  run: (library: typeof import('@simplewebauthn/browser')) => Promise<Response>,
): Promise<Answer<Response>> {
  const library = await import('@simplewebauthn/browser');
  if (!library.browserSupportsWebAuthn()) return { ok: false, why: 'unsupported' };
  try {
    return { ok: true, response: await run(library) };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'NotAllowedError' || name === 'AbortError') return { ok: false, why: 'cancelled' };
    return { ok: false, why: name === 'InvalidStateError' ? 'present' : 'failed' };
  }
}
