'use client';
import { Download } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';

const FORMATS = { csv: 'CSV', stix: 'STIX 2.1', txt: 'Text, one value per line' };

/** What holds of the list, as a file. `query`: which list. */
export function ListExport({ query }: { query: string }) {
  return (
    <Menu
      align="end"
      trigger={
        <Button size="sm">
          <Download aria-hidden className="size-3.5" /> Export
        </Button>
      }
    >
      {Object.entries(FORMATS).map(([format, label]) => (
        <MenuItem
          key={format}
          onSelect={() => window.location.assign(`/api/entity-lists/export/${format}${query && `?${query}`}`)}
        >
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
