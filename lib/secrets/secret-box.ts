import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { env } from '../env/env';
import { AppError } from '../errors/app-error';

/**
 * Encrypts a text for the database (AES-256-GCM). `owner` is bound to it: a row's secret copied to another row can't be
 * opened there.
 */
export function seal(text: string, owner: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key(), nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

/** @throws AppError unavailable when the key is another one, or the text was changed. */
export function unseal(sealed: string, owner: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const opener = createDecipheriv('aes-256-gcm', key(), bytes.subarray(0, 12), { authTagLength: 16 });
    opener.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([opener.update(bytes.subarray(28)), opener.final()]).toString('utf8');
  } catch (error) {
    throw new AppError(
      'secret_unreadable',
      'A stored secret can’t be opened: this installation has another key than the one it was stored with. Enter it again.',
      { cause: error },
    );
  }
}

/** From SOCDOWN_SECRET_KEY, the same on all hosts; else a file below DATA_DIR, made by whoever needs it first. */
function key(): Buffer {
  const { SOCDOWN_SECRET_KEY, DATA_DIR } = env();
  if (SOCDOWN_SECRET_KEY) return createHash('sha256').update(`socdown secret box\0${SOCDOWN_SECRET_KEY}`).digest();
  const file = path.join(DATA_DIR, 'secret.key');
  if (!fs.existsSync(file)) {
    fs.mkdirSync(DATA_DIR, { recursive: true });
    // Whole or not at all, and never over one that another process made at the same moment.
    const fresh = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    fs.writeFileSync(fresh, randomBytes(32).toString('base64'), { mode: 0o600, flush: true });
    try {
      fs.linkSync(fresh, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      fs.rmSync(fresh, { force: true });
    }
  }
  const bytes = Buffer.from(fs.readFileSync(file, 'utf8').trim(), 'base64');
  if (bytes.length !== 32) throw new AppError('unavailable', `${file} is not a key of 32 bytes in base64.`);
  return bytes;
}
