'use client';
import { Download } from 'lucide-react';
import { Button } from './button';
import { Menu, MenuItem } from './menu';

/** Saves something as a file. `formats`: what each is called; `hrefOf`: where a format is fetched. */
export function ExportMenu<T extends string>({
  formats,
  hrefOf,
}: {
  formats: Record<T, string>;
  hrefOf: (format: T) => string;
}) {
  const list = Object.entries(formats) as [T, string][]; // its own keys
  return (
    <Menu
      align="end"
      trigger={
        <Button size="sm">
          <Download aria-hidden className="size-3.5" /> Export
        </Button>
      }
    >
      {list.map(([format, label]) => (
        <MenuItem key={format} onSelect={() => window.location.assign(hrefOf(format))}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
