'use client';
import { X } from 'lucide-react';
import { IconButton } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Unseen } from '@/components/ui/unseen';
import type { AlertItem, Person } from '@/lib/alerts/schema';
import type { Sla } from '@/lib/alerts/sla';
import { AlertActions } from './alert-actions';
import { AlertPreview, type TechniqueNames } from './alert-preview';
import type { Triage } from './use-triage';

type PreviewProps<Alert> = {
  alert: Alert;
  triage: Triage;
  people: Person[];
  me: Person;
  techniqueNames: TechniqueNames;
  sla: Sla;
  onClose: () => void;
};

/** The opened alert beside the list. */
export function PreviewPane({ alert, techniqueNames, sla, onClose, ...actions }: PreviewProps<AlertItem>) {
  return (
    <aside aria-label="Preview" className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 flex-col gap-2 border-line border-b px-4 py-3">
        <div className="flex items-start gap-2">
          <h2
            id="preview-title"
            tabIndex={-1}
            className="min-w-0 flex-1 break-words font-semibold text-base outline-offset-2"
          >
            <Unseen text={alert.title} />
          </h2>
          <IconButton label="Close the preview" keys="escape" size="sm" onClick={onClose}>
            <X aria-hidden className="size-4" />
          </IconButton>
        </div>
        <AlertActions alert={alert} {...actions} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-4">
        <AlertPreview alert={alert} techniqueNames={techniqueNames} sla={sla} />
      </div>
    </aside>
  );
}

/** The opened alert over the list, where there is no room beside it; null: closed. */
export function PreviewDialog({ alert, techniqueNames, sla, onClose, ...actions }: PreviewProps<AlertItem | null>) {
  return (
    <Dialog open={alert !== null} onOpenChange={(isOpen) => !isOpen && onClose()} title={alert?.title ?? ''} size="lg">
      {alert && (
        <>
          <div className="mb-4">
            <AlertActions alert={alert} {...actions} />
          </div>
          <AlertPreview alert={alert} techniqueNames={techniqueNames} sla={sla} />
        </>
      )}
    </Dialog>
  );
}
