import { AppError } from '@/lib/errors/app-error';

const JSON_TYPES = /^application\/(?:[\w.-]+\+)?(?:json|x-ndjson|ndjson|jsonl|x-json-stream|json-lines)$|^text\/json$/;

/**
 * Refuses a body that is declared as something else than JSON or plain text in UTF-8. No type at all counts as JSON; many senders
 * (Amazon SNS, syslog relays) declare JSON or CEF lines as text/plain.
 */
export function requireText(request: Request): void {
  const header = request.headers.get('content-type')?.toLowerCase();
  if (!header) return;
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim());
  const charset = parameters
    .find((part) => part.startsWith('charset='))
    ?.slice('charset='.length)
    .replace(/"/g, '');
  if (!JSON_TYPES.test(type) && type !== 'text/plain') {
    throw new AppError(
      'unsupported_media_type',
      `Content-Type ${type.slice(0, 60)} is not supported. Send application/json (curl: -H 'content-type: application/json').`,
    );
  }
  if (charset && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw new AppError(
      'unsupported_media_type',
      `The character set ${charset.slice(0, 40)} is not supported. Send UTF-8.`,
    );
  }
}
