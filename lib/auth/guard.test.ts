import { describe, expect, it } from 'vitest';
import { authorize, SYSTEM } from './guard';
import { can, KEY_SCOPES, PERMISSIONS, ROLES, scopeAllows, type Verb } from './permissions';

const verbs = Object.keys(PERMISSIONS) as Verb[];

/** The message of a refusal. */
function refusal(actor: Partial<typeof SYSTEM>, verb: Verb): string {
  try {
    authorize({ ...SYSTEM, ...actor }, verb);
  } catch (error) {
    expect(error).toMatchObject({ code: 'forbidden', data: { verb } });
    return (error as Error).message;
  }
  throw new Error(`${verb} was allowed`);
}

describe('a refusal', () => {
  it('says to a person what they can’t do and who can, without a word of the code', () => {
    expect(refusal({ role: 'analyst', via: 'session' }, 'reviews.configure')).toBe(
      'Only leads and admins can change the review rules, and your role is analyst. Ask one of them.',
    );
    for (const role of ROLES)
      for (const verb of verbs.filter((name) => !can(role, name))) {
        const message = refusal({ role, via: 'session' }, verb);
        expect(message).not.toContain(verb);
        for (const other of ROLES) expect(message.includes(`${other}s`), `${verb}: ${other}`).toBe(can(other, verb));
      }
  });

  it('says of a key what it is for', () => {
    for (const scope of KEY_SCOPES)
      for (const verb of verbs.filter((name) => !scopeAllows(scope, name))) {
        const message = refusal({ via: 'key', scope }, verb);
        expect(message).toMatch(/^This API key may only .*, so it can’t .*\. Use a key with another scope\.$/);
        expect(message).not.toContain(verb);
      }
  });
});
