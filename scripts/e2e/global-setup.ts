import fs from 'node:fs';
import path from 'node:path';
import { ownTmpdir } from '../own-tmpdir';
import { makePeople, STATE_FILE } from './people';
import { freshDataDir, startProduct } from './product';

/** Starts the product as `npm start` does, on an empty data folder, for all browser tests that don't start their own. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  ownTmpdir();
  if (process.env.E2E_STATE) return async () => {};
  const dataDir = freshDataDir();
  // Recorded logs: what the tests expect of them doesn't move with the day.
  const product = await startProduct({ dataDir, env: { LOGS_DIR: path.resolve('fixtures/real-logs') } });
  const end = async () => {
    await product.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    if (!product.setupLink) throw new Error(`A first start must print the admin link:\n${product.output()}`);
    const state = { ...(await makePeople(product.url, product.setupLink)), dataDir };
    fs.mkdirSync(path.dirname(STATE_FILE), { recursive: true });
    fs.writeFileSync(STATE_FILE, JSON.stringify(state), { mode: 0o600 });
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}
