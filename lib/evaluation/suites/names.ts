import type { SUITE_NAMES } from '../schema';

/** The suites by name; a folder of cases is one too. */
export const SUITES: { name: (typeof SUITE_NAMES)[number]; about: string }[] = [
  {
    name: 'false-positives',
    about: '348 security groups opened by deployers, and 58 attacks that raise the same alert',
  },
  { name: 'insider', about: '20 times three insiders who steal financial data, in weeks of ordinary work' },
  { name: 'real-attacks', about: '19 recorded attacks on AWS and Okta' },
  { name: 'labelled', about: '1,504 events with the rule that should, or should not, fire on them' },
  { name: 'sigma', about: '98 recorded Windows attacks' },
  { name: 'replay', about: 'your own approved cases, investigated again blind' },
];
