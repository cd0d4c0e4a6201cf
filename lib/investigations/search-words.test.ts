import { expect, it } from 'vitest';
import { pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { wordsOnly } from '../text/words';

testDatabase();

// What PostgreSQL's text parser takes for the beginning of a tag, a path, an address or a number; the first five took it minutes.
const BEGINNINGS =
  '<!-- a_ ./ ~/ <!--_- <a < </ <? &# &#x &a http://a. a@ /a a- 1. - +1e 1e5 3e a.b/ :// ../ % a: <![CDATA[ www. a1 1a é1 𝒳';

it('PostgreSQL’s text parser is given nothing that takes it the square of its length', async () => {
  const client = await pool().connect();
  try {
    await client.query("SET statement_timeout = '3s'");
    for (const beginning of BEGINNINGS.split(' ')) {
      const text = wordsOnly(beginning.repeat(100_000 / beginning.length));
      await client.query("SELECT length(to_tsvector('english', $1) || to_tsvector('simple', $1))", [text]);
    }
    await expect(client.query("SELECT to_tsvector('english', $1)", ['~/'.repeat(50_000)])).rejects.toThrow(/timeout/);
  } finally {
    await client.query('RESET statement_timeout');
    client.release();
  }
});
