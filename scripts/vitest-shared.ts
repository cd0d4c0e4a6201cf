import { afterAll } from 'vitest';
import { closeQueue } from '../lib/jobs/queue';

// For test files that share a process: what the product keeps once a process belongs to the database of the file before.
afterAll(async () => {
  await closeQueue();
  for (const key of Object.keys(globalThis)) if (key.startsWith('socdown')) Reflect.deleteProperty(globalThis, key);
});
