import type { Metadata } from 'next';
import { requireActor } from '@/app/current-actor';
import { ReviewRules } from '@/components/settings/review-rules';
import { can } from '@/lib/auth/permissions';
import { readPolicy } from '@/lib/reviews/policy';

export const metadata: Metadata = { title: 'Reviews' };

export default async function ReviewRulesPage() {
  const actor = await requireActor();
  return <ReviewRules policy={await readPolicy(actor)} mayChange={can(actor.role, 'reviews.configure')} />;
}
