import { z } from 'zod';

/** An address alone, without a name before it. */
export const MailAddress = z.email('Enter an e-mail address.').max(254);
