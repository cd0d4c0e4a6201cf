import { can, type Role, type Verb } from '@/lib/auth/permissions';

type Named = { href: string; label: string /** Other words to find it by in the palette. */; words: string };

/** The pages of the settings, by whom they concern: oneself, how cases are investigated, what comes in and goes out, the installation. */
export const SETTINGS_PAGES: { name: string; pages: Named[] }[] = [
  {
    name: 'You',
    pages: [
      {
        href: '/settings/profile',
        label: 'Profile',
        words: 'name password two-factor authentication recovery codes passkey sessions devices',
      },
      { href: '/settings/appearance', label: 'Appearance', words: 'theme dark light keyboard shortcuts' },
      { href: '/settings/keys', label: 'API keys', words: 'token rotate scope' },
    ],
  },
  {
    name: 'Investigations',
    pages: [
      { href: '/settings/logs', label: 'Log sources', words: 'folder fields' },
      { href: '/settings/connections', label: 'Connections', words: 'MCP server tools SIEM EDR write-back' },
      { href: '/settings/model', label: 'Model', words: 'Anthropic budget prices spend' },
      { href: '/settings/method', label: 'Method', words: 'CLAUDE.md runbooks detections templates known entities' },
      { href: '/settings/reviews', label: 'Reviews', words: 'approvals rules errors block' },
    ],
  },
  {
    name: 'In and out',
    pages: [
      { href: '/settings/sources', label: 'Intake', words: 'sources webhook SLA time to close deliveries log SNS' },
      { href: '/settings/notifications', label: 'Notifications', words: 'e-mail SMTP Slack webhook channels' },
      { href: '/settings/samples', label: 'Samples', words: 'demo' },
    ],
  },
  {
    name: 'Organization',
    pages: [
      {
        href: '/settings/people',
        label: 'People',
        words: 'users roles invite reset link deactivate require two-factor session limits',
      },
      { href: '/settings/sign-in', label: 'Single sign-on', words: 'SSO OIDC provider groups password sign-in' },
      { href: '/settings/signing', label: 'Signing', words: 'commits SSH key' },
      { href: '/settings/retention', label: 'Retention', words: 'delete remove old data' },
      { href: '/settings/audit', label: 'Audit log', words: 'who did what export' },
    ],
  },
];

const OTHER_PAGES: (Named & { verb: Verb })[] = [
  {
    href: '/entities',
    label: 'Entity lists',
    words: 'watch list block list known bad known good trust indicators',
    verb: 'entities.read',
  },
  { href: '/dashboard/weekly', label: 'Weekly report', words: 'digest', verb: 'dashboard.read' },
  { href: '/evaluations', label: 'Evaluations', words: 'replay compare suites quality', verb: 'evaluations.read' },
  {
    href: '/settings/method/corrections',
    label: 'Corrections',
    words: 'what people changed model',
    verb: 'method.read',
  },
];

/** Pages without a place in the navigation, which the palette finds by their name or by what is on them. */
export const furtherPages = (role: Role): Named[] => [
  ...OTHER_PAGES.filter(({ verb }) => can(role, verb)),
  ...SETTINGS_PAGES.flatMap(({ pages }) => pages.map((page) => ({ ...page, label: `Settings: ${page.label}` }))),
];
