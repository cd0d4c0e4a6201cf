import type { Platform } from './schema';

/** What only one system writes: the end of its names, the form of its ids, the names of its detectors. */
const MARKS: Record<Platform, RegExp> = {
  aws: /\barn:aws|\.amazonaws\.com\b|\b(?:AKIA|ASIA)[A-Z0-9]{12,20}\b|\bguardduty\b|\bcloudtrail\b|^aws\b/i,
  azure: /\bmicrosoft\.(?:compute|storage|keyvault|network|authorization|resources)\/|\/subscriptions\/[0-9a-f-]{8,}/i,
  gcp: /\.gserviceaccount\.com\b|\.googleapis\.com\b|^gcp\b|\bgoogle cloud\b/i,
  'google-workspace': /\bgoogle workspace\b|\bdrive\.google\.com\b|google\.apps\.alertcenter/i,
  kubernetes: /^system:serviceaccount:|\bkubernetes\b|\bk8s\b/i,
  okta: /^okta\b|\.okta\.com\b|^user\.(?:mfa|session|authentication|account)\./i,
  windows: /\bS-1-5-21-|^[A-Z]:\\|\bwinlog\b|\blsass\b/i,
};

/** The systems that texts are about; empty where nothing says which. */
export function platformsIn(texts: readonly string[]): Set<Platform> {
  const platforms = Object.entries(MARKS) as [Platform, RegExp][]; // its own keys
  return new Set(platforms.filter(([, mark]) => texts.some((text) => mark.test(text))).map(([name]) => name));
}
