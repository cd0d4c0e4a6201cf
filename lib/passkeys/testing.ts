import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

/** What of a real device matters to us: whether it asked for a finger, face or PIN, and how it counts its signatures. */
type Habits = { verifiesUser?: boolean; counter?: number };

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_KEY = 0x40;

/** An authenticator with one ES256 key, as WebAuthn Level 3 describes it, for tests. */
export function testDevice() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(32);
  // COSE: kty EC2, alg ES256, crv P-256, x, y.
  const cose = cborMap([
    [cborInt(1), cborInt(2)],
    [cborInt(3), cborInt(-7)],
    [cborInt(-1), cborInt(1)],
    [cborInt(-2), cborBytes(Buffer.from(x, 'base64url'))],
    [cborInt(-3), cborBytes(Buffer.from(y, 'base64url'))],
  ]);
  const credential = <Response>(response: Response) => ({
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key' as const,
    clientExtensionResults: {},
    response,
  });
  return {
    /** Answers creation options. @param origin the page that asks */
    make(challenge: string, origin: string, habits: Habits = {}) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const authData = Buffer.concat([head(origin, HAS_KEY, habits), Buffer.alloc(16), length, id, cose]);
      const attestation = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(authData)],
      ]);
      return credential({
        clientDataJSON: clientData('webauthn.create', challenge, origin).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      });
    },
    /** Answers request options. */
    sign(challenge: string, origin: string, habits: Habits = {}) {
      const authData = head(origin, 0, habits);
      const json = clientData('webauthn.get', challenge, origin);
      const signer = createSign('sha256').update(authData).update(createHash('sha256').update(json).digest());
      return credential({
        clientDataJSON: json.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signer.sign(privateKey).toString('base64url'),
      });
    },
  };
}

function head(origin: string, flags: number, { verifiesUser = true, counter = 0 }: Habits): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const flag = flags | USER_PRESENT | (verifiesUser ? USER_VERIFIED : 0);
  return Buffer.concat([createHash('sha256').update(new URL(origin).hostname).digest(), Buffer.from([flag]), count]);
}

const clientData = (type: string, challenge: string, origin: string): Buffer =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));

/** The little of CBOR (RFC 8949) that the two answers need: below 24 in the first byte, else in one or two more. */
function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
const cborInt = (value: number): Buffer => (value < 0 ? cborHead(1, -1 - value) : cborHead(0, value));
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([cborHead(2, bytes.length), bytes]);
const cborText = (text: string): Buffer => Buffer.concat([cborHead(3, text.length), Buffer.from(text)]);
const cborMap = (pairs: [Buffer, Buffer][]): Buffer => Buffer.concat([cborHead(5, pairs.length), ...pairs.flat()]);
