/** `{at, end, accepted}`: the hour at which the logs end, ms. */
export const SEEDED = 'samples.seeded';
export const REMOVED = 'samples.removed';
/** Any constant: two instances that start at once must not both seed. */
export const SAMPLES_LOCK = 72_707_370;
