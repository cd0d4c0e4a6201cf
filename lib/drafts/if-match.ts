import { AppError } from '../errors/app-error';

/**
 * The version that an If-Match header names: `"12"`. A proxy that compresses makes it weak (`W/"12"`): that is the same text.
 * @throws AppError bad_request when it is missing or names none: saving over an unseen text is not offered.
 */
export function readIfMatch(header: string | null): number {
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header?.trim() ?? '')?.[1];
  if (!version) {
    throw new AppError(
      'version_required',
      'Send the version you edited, from the draft’s ETag: If-Match: "<version>".',
    );
  }
  return Number(version);
}
