import { expect, it } from 'vitest';
import { rememberSecret } from './known-secrets';
import { maskKeys } from './mask-secrets';
import { maskedStream } from './mask-stream';

// Put together here, so that no scanner of repositories takes them for real ones.
const random = (length: number) => 'aB3dE5gH7jK9mN1pQ2sT4vW6yZ8'.repeat(4).slice(0, length);
const PEM = `-----BEGIN RSA PRIVATE KEY-----\n${random(64)}\n${random(40)}\n-----END RSA PRIVATE KEY-----`;

rememberSecret('configured-canary');
rememberSecret('configured-canary-that-is-longer');
rememberSecret('abcabcabcabc'); // its end begins it again

const TEXTS = [
  'the key is configured-canary, and then configured-canary-that-is-not, configured-canary-that-is-longer.',
  'abcabcabcabcabcabcabcabcabc configured-configured-canary',
  `Bearer ghp_${random(36)} and "sk-ant-${random(40)}", eyJ${random(20)}.eyJ${random(40)}.${random(30)}; https://hooks.slack.com/services/T0/B0/${random(24)}`,
  `a table |-----|---|\n${PEM}\n---\nand ${JSON.stringify(PEM)} in JSON`,
  'skills, ghosts and eyJ: nothing here is a key. 😀 So it stays - all of it.',
];

/** Every way to cut it once, then piece by piece. */
const cuts = (text: string): string[][] => [
  ...Array.from(text, (_, at) => [text.slice(0, at), text.slice(at)]),
  ...[1, 3, 7, 16].map((size) => text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []),
];

it.each(TEXTS)('masks a text as it would be masked whole, wherever it is cut: %j', (text) => {
  for (const pieces of cuts(text)) {
    const stream = maskedStream();
    const shown = [...pieces.map((piece) => stream.push(piece)), stream.end()];
    expect(shown.join('')).toBe(maskKeys(text));
  }
});

it('holds back no more than may be the beginning of a secret', () => {
  const stream = maskedStream();
  expect(stream.push('14 calls were denied. The conf')).toBe('14 calls were denied. The ');
  expect(stream.push('irmed ones: ')).toBe('confirmed ones: ');
  // What only begins like a key is not held for ever.
  expect(stream.push(`eyJ${'a'.repeat(30_000)}`).length).toBe(30_003);
});
