export { exportEvidence } from './export-evidence';
export { listEvidence } from './list-evidence';
export { readEvidence } from './read-evidence';
