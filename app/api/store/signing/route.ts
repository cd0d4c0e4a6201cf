import { route } from '@/app/api/handler';
import { SigningView } from '@/lib/store/schema';
import { readSigning } from '@/lib/store/signing-keys';

export const GET = route(
  {
    verb: 'settings.read',
    summary: 'The public keys that sign the commits of the store, and the list to verify them with.',
    response: SigningView,
  },
  ({ actor }) => readSigning(actor),
);
