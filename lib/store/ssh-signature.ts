import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/*
 * Signatures as `ssh-keygen -Y sign` makes them (OpenSSH, PROTOCOL.sshsig), for Ed25519 keys alone. Git keeps one in a commit's
 * `gpgsig` header and checks it with `gpg.format=ssh`.
 */
const MAGIC = 'SSHSIG';
const KEY_TYPE = 'ssh-ed25519';
const NAMESPACE = 'git';
const HASH = 'sha512';
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';
/** What node:crypto wants before the 32 bytes of a public key (SubjectPublicKeyInfo of RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

export function newKeyPair(): { privateKey: KeyObject; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKeyOf(privateKey) };
}

/** The public half as SSH writes it, in base64: what stands after `ssh-ed25519` in a key file. */
export function publicKeyOf(privateKey: KeyObject): string {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return Buffer.concat([field(KEY_TYPE), field(spki.subarray(SPKI_HEAD.length))]).toString('base64');
}

/** `SHA256:…`, as ssh-keygen and git show a key. */
export function fingerprintOf(publicKey: string): string {
  const hash = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}

/** An armored signature of a commit's content, ending with a line end. The same key and content give the same signature. */
export function signContent(privateKey: KeyObject, content: Uint8Array): string {
  const signature = Buffer.concat([field(KEY_TYPE), field(sign(null, signedData(content, HASH), privateKey))]);
  const head = Buffer.concat([Buffer.from(MAGIC), uint32(1), field(Buffer.from(publicKeyOf(privateKey), 'base64'))]);
  const blob = Buffer.concat([head, field(NAMESPACE), field(''), field(HASH), field(signature)]).toString('base64');
  return `${[BEGIN, ...(blob.match(/.{1,70}/g) ?? []), END].join('\n')}\n`;
}

/**
 * The key that made a signature of this content, in base64, whoever's it is; null when the signature is another kind's, damaged,
 * or of another content.
 */
export function signerOf(armored: string, content: Uint8Array): string | null {
  const [, body] =
    /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?$/.exec(armored) ?? [];
  if (!body) return null;
  try {
    const read = reader(Buffer.from(body.replaceAll('\n', ''), 'base64'));
    if (read.bytes(MAGIC.length).toString() !== MAGIC || read.number() !== 1) return null;
    const key = read.field();
    const [namespace, , hash] = [read.field().toString(), read.field(), read.field().toString()];
    const inner = reader(read.field());
    if (namespace !== NAMESPACE || !/^sha(?:256|512)$/.test(hash) || !read.isAtEnd()) return null;
    const raw = ed25519Bytes(key);
    if (!raw || inner.field().toString() !== KEY_TYPE) return null;
    const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
    const isValid = verify(null, signedData(content, hash), publicKey, inner.field()) && inner.isAtEnd();
    return isValid ? key.toString('base64') : null;
  } catch {
    return null; // cut off, or a key that is no point of the curve
  }
}

/** Whether a text is a public Ed25519 key in SSH's form. */
export function isPublicKey(base64: string): boolean {
  try {
    return ed25519Bytes(Buffer.from(base64, 'base64')) !== null;
  } catch {
    return false;
  }
}

function ed25519Bytes(key: Buffer): Buffer | null {
  const read = reader(key);
  const type = read.field().toString();
  const raw = read.field();
  return type === KEY_TYPE && raw.length === 32 && read.isAtEnd() ? raw : null;
}

function signedData(content: Uint8Array, hash: string): Buffer {
  const digest = createHash(hash).update(content).digest();
  return Buffer.concat([Buffer.from(MAGIC), field(NAMESPACE), field(''), field(hash), field(digest)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** SSH's `string`: its length in four bytes, then its bytes. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string); // either: Buffer.from takes both
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Reads what `field` and `uint32` write. Each throws when there are fewer bytes than it says. */
function reader(from: Buffer) {
  let at = 0;
  const bytes = (count: number) => {
    if (at + count > from.length) throw new RangeError('cut off');
    at += count;
    return from.subarray(at - count, at);
  };
  const number = () => bytes(4).readUInt32BE();
  return { bytes, number, field: () => bytes(number()), isAtEnd: () => at === from.length };
}
