'use client';
import { ExportMenu } from '@/components/ui/export-menu';
import type { ExportFormat } from '@/lib/exports/schema';

const FORMATS: Record<ExportFormat, string> = { pdf: 'PDF', html: 'Web page (HTML)', md: 'Markdown' };

/** The last approved report as a file. */
export function ReportExport({ investigationId }: { investigationId: string }) {
  return (
    <ExportMenu formats={FORMATS} hrefOf={(format) => `/api/investigations/${investigationId}/export/${format}`} />
  );
}
