'use client';
import { Download } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';
import type { ExportFormat } from '@/lib/exports/schema';

const LABEL: Record<ExportFormat, string> = { pdf: 'PDF', html: 'Web page (HTML)', md: 'Markdown' };

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
      {Object.entries(LABEL).map(([format, label]) => (
        <MenuItem
          key={format}
          onSelect={() => window.location.assign(`/api/investigations/${investigationId}/export/${format}`)}
        >
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
