'use client';
import { ExportMenu } from '@/components/ui/export-menu';

const FORMATS = { csv: 'CSV', stix: 'STIX 2.1', txt: 'Text, one value per line' };

/** The list as a file. `query`: which list. */
export function ListExport({ query }: { query: string }) {
  return (
    <ExportMenu formats={FORMATS} hrefOf={(format) => `/api/entity-lists/export/${format}${query && `?${query}`}`} />
  );
}
