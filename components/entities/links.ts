import type { Entity } from '@/lib/alerts/schema';

/** The address of an entity's page. */
export const entityHref = ({ kind, value }: Entity): string => `/entities/${kind}/${encodeURIComponent(value)}`;
