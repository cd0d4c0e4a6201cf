import { route } from '@/app/api/handler';
import { countAlerts } from '@/lib/alerts/list-alerts';

export const GET = route('alerts.read', ({ actor }) => countAlerts(actor));
