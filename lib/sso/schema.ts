import { z } from 'zod';
import { ROLES } from '../auth/permissions';

const text = (max: number) => z.string().trim().max(max);
const required = (what: string, max: number) => text(max).min(1, `Enter ${what}.`);

/** Where the provider sends browsers back to. */
export const SSO_CALLBACK = '/api/sso/callback';

/** Settings of single sign-on, as an admin reads and writes them. */
export const SsoSettings = z.strictObject({
  enabled: z.boolean(),
  /** On the button of the sign-in page. */
  name: required('a name', 60),
  /** The issuer's address; `/.well-known/openid-configuration` below it is read. */
  issuer: required('the issuer', 500),
  clientId: required('the client ID', 300),
  /** The issuer is inside the own network: plain http and private addresses are taken. */
  allowInternal: z.boolean().default(false),
  scopes: text(300)
    .regex(/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/, 'Separate scopes by one space.')
    .default('openid profile email'),
  /** The provider checked every address that it gives, though it doesn't say so (Entra ID). */
  trustEmail: z.boolean().default(false),
  /** The claim that names a person's groups. */
  groupsClaim: text(100).default('groups'),
  /** The highest role of a person's groups counts. Empty: roles are set in Socdown. */
  groups: z
    .array(z.strictObject({ group: required('a group', 300), role: z.enum(ROLES) }))
    .max(200)
    .default([]),
  /** Who is in none of the groups; null: may not sign in. */
  defaultRole: z.enum(ROLES).nullable().default(null),
  /** Passwords are only for these admins (break glass). null: for everyone. */
  passwordsOnlyFor: z.array(z.string().max(200)).max(50).nullable().default(null),
});
export type SsoSettings = z.infer<typeof SsoSettings>;

/** `hasSecret`: a client secret is stored; it is never shown. */
export const SsoView = z.object({ settings: SsoSettings.nullable(), hasSecret: z.boolean(), redirectUrl: z.string() });
export type SsoView = z.infer<typeof SsoView>;

/** Without `clientSecret` the stored one is kept; an empty one removes it (a public client). */
export const SsoInput = SsoSettings.extend({ clientSecret: z.string().trim().max(1000).optional() });
export type SsoInput = z.input<typeof SsoInput>;

export const StoredSso = SsoSettings.extend({ secret: z.string().nullable() });
export type StoredSso = z.infer<typeof StoredSso>;

/** What the sign-in page shows. */
export type SsoOffer = { name: string; passwords: boolean };

/** Of oneself: null where there is no single sign-on. */
export const OwnSso = z.object({ name: z.string(), linked: z.boolean() }).nullable();
export type OwnSso = z.infer<typeof OwnSso>;
