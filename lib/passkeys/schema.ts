import { z } from 'zod';

export const PasskeyName = z.string().trim().min(1, 'Give the passkey a name.').max(60, 'At most 60 characters.');

/** One's passkey, as its owner sees it. */
export const Passkey = z.object({
  id: z.string(),
  name: z.string(),
  /** A password manager holds it on several devices. */
  synced: z.boolean(),
  createdAt: z.string(),
  /** null: never */
  usedAt: z.string().nullable(),
});
export type Passkey = z.infer<typeof Passkey>;

const Base64 = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/)
  .max(20_000);
const credential = <Response extends z.ZodType>(response: Response) =>
  z.object({
    id: Base64.min(1).max(1500),
    rawId: Base64.min(1).max(1500),
    type: z.literal('public-key'),
    authenticatorAttachment: z
      .enum(['platform', 'cross-platform'])
      .nullish()
      .transform((at) => at ?? undefined),
    // Socdown asks for no extensions, so none of their results are kept.
    clientExtensionResults: z.unknown().transform(() => ({})),
    response,
  });

/** What a browser answers when a passkey was made (RegistrationResponseJSON of WebAuthn Level 3). */
export const Registration = credential(
  z.object({
    clientDataJSON: Base64.min(1),
    attestationObject: Base64.min(1),
    transports: z.array(z.string().max(40)).max(10).optional(),
  }),
);

/** What a browser answers when a passkey has signed (AuthenticationResponseJSON of WebAuthn Level 3). */
export const Assertion = credential(
  z.object({
    clientDataJSON: Base64.min(1),
    authenticatorData: Base64.min(1),
    signature: Base64.min(1),
    userHandle: Base64.nullish().transform((handle) => handle ?? undefined),
  }),
);
