import { AppError } from '@/lib/errors/app-error';

/** Longer than any challenge; the answer must not carry whatever a caller puts in. */
const MAX_CHALLENGE = 512;

/**
 * The challenge of Okta's one-time verification. https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request
 * @throws AppError not_found for another source; bad_request without a usable challenge.
 */
export function readChallenge(source: string, headers: Headers): string {
  if (source !== 'okta') throw new AppError('not_found', 'Nothing to read here. Send alerts with POST.');
  const challenge = headers.get('x-okta-verification-challenge') ?? '';
  if (!/^[\x21-\x7e]+$/.test(challenge) || challenge.length > MAX_CHALLENGE)
    throw new AppError(
      'bad_request',
      'The header x-okta-verification-challenge is missing. Start the verification in Okta.',
    );
  return challenge;
}
