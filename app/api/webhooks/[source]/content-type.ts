import { AppError } from '@/lib/errors/app-error';

const JSON_TYPES = /^application\/(?:[\w.-]+\+)?(?:json|x-ndjson|ndjson|jsonl|x-json-stream|json-lines)$|^text\/json$/;

/**
 * Refuses what does not say that it is JSON in UTF-8. No type at all is taken as JSON, and text/plain from Amazon SNS, which sends
 * nothing else.
 */
export function requireJson(request: Request): void {
  const header = request.headers.get('content-type')?.toLowerCase();
  if (!header) return;
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim());
  const charset = parameters
    .find((part) => part.startsWith('charset='))
    ?.slice('charset='.length)
    .replace(/"/g, '');
  const fromSns = type === 'text/plain' && request.headers.has('x-amz-sns-message-type');
  if (!JSON_TYPES.test(type) && !fromSns) {
    throw new AppError(
      'unsupported_media_type',
      `Content-Type ${type.slice(0, 60)} is not taken. Send application/json (curl: -H 'content-type: application/json').`,
    );
  }
  if (charset && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw new AppError('unsupported_media_type', `The character set ${charset.slice(0, 40)} is not taken. Send UTF-8.`);
  }
}
