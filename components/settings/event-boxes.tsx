import { Checkbox } from '@/components/ui/checkbox';
import { EVENTS, type NotificationEvent } from '@/lib/notifications/schema';
import { EVENT_LABEL } from './channel-labels';

/** What a channel is told about. */
export function EventBoxes({
  events,
  onChange,
}: {
  events: NotificationEvent[];
  onChange: (events: NotificationEvent[]) => void;
}) {
  return (
    <fieldset className="flex flex-col">
      <legend className="mb-1 font-medium text-ink-2 text-xs">Notify about</legend>
      {EVENTS.map((event) => (
        <Checkbox
          key={event}
          label={EVENT_LABEL[event]}
          showLabel
          checked={events.includes(event)}
          onChange={(checked) => onChange(EVENTS.filter((one) => (one === event ? checked : events.includes(one))))}
        />
      ))}
    </fieldset>
  );
}
