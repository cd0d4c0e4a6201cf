import { z } from 'zod';

export const EXPORT_FORMATS = ['pdf', 'html', 'md'] as const;
export const ExportFormat = z.enum(EXPORT_FORMATS);
export type ExportFormat = z.infer<typeof ExportFormat>;

export const ExportQuery = z.object({ revision: z.uuid().optional() });
