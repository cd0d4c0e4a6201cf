/** What the built-in analyst asks of logs, as a runbook's questions name it; lib/analyst/report/runbooks says by which queries. */
export const TOPICS = [
  'alert',
  'who',
  'sign-ins',
  'second-factor',
  'baseline',
  'activity',
  'rules',
  'roles',
  'data',
  'other-readers',
  'same-address',
  'same-action',
  'own-work',
  'hosts',
  'beacons',
  'precedents',
  'elsewhere',
] as const;
export type Topic = (typeof TOPICS)[number];
