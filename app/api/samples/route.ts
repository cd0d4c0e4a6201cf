import { route } from '@/app/api/handler';
import { removeSamples } from '@/lib/alerts/samples';

export const DELETE = route('samples.remove', ({ actor }) => removeSamples(actor));
