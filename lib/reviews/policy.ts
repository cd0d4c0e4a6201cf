import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';
import { parseReport } from '../report/report';
import { ReviewPolicy } from './schema';

const KEY = 'reviews.policy';

export async function readPolicy(actor: Actor): Promise<ReviewPolicy> {
  authorize(actor, 'reviews.read');
  return policyOf(db());
}

/** A lead's rules for reviews; open reviews follow them at once. */
export async function setPolicy(actor: Actor, input: ReviewPolicy): Promise<ReviewPolicy> {
  authorize(actor, 'reviews.configure');
  const value = ReviewPolicy.parse(input);
  await db().$transaction([
    writeSetting(db(), KEY, value),
    audit(db(), {
      actorId: personId(actor),
      verb: 'reviews.configure',
      subjectKind: 'setting',
      subjectId: KEY,
      data: value,
    }),
  ]);
  return value;
}

/** How many people must approve a text. */
export async function approvalsNeeded(tx: Tx, markdown: string): Promise<number> {
  const { twoForMalicious } = await policyOf(tx);
  return twoForMalicious && parseReport(markdown).frontMatter?.classification === 'MALICIOUS' ? 2 : 1;
}

async function policyOf(tx: Tx): Promise<ReviewPolicy> {
  return (await readSetting(KEY, ReviewPolicy, tx)) ?? { twoForMalicious: false };
}
