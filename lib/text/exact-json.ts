/** A string, or an integer of 16 digits or more that is not part of a longer number. */
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]|\\.)*"|-?\b\d{16,}\b(?![.eE\d])/g;

/**
 * JSON.parse that keeps integers beyond the exact range of a number (times in nanoseconds, 64-bit ids) as strings of their
 * digits. @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(
    text.replace(STRING_OR_LONG_INTEGER, (token) =>
      token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
    ),
  );
}
