'use client';
import { Download } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';
import { EXPORT_FORMATS } from '@/lib/exports/schema';

const WORDS = { pdf: 'PDF', html: 'Web page (HTML)', md: 'Markdown' } as const;

/** The last approved report as a file. */
export function ExportMenu({ investigationId }: { investigationId: string }) {
  return (
    <Menu
      align="end"
      trigger={
        <Button size="sm">
          <Download aria-hidden className="size-3.5" /> Export
        </Button>
      }
    >
      {EXPORT_FORMATS.map((format) => (
        <MenuItem
          key={format}
          onSelect={() => window.location.assign(`/api/investigations/${investigationId}/export/${format}`)}
        >
          {WORDS[format]}
        </MenuItem>
      ))}
    </Menu>
  );
}
