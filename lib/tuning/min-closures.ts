/** Benign closures that a suggested exclusion needs. */
export const MIN_CLOSURES = 3;
