'use client';
import { ChevronDown } from 'lucide-react';
import { IconButton } from './button';
import { Menu, MenuItem } from './menu';
import type { Tab } from './tabs';

/** All tabs as a menu, where not all of them fit. */
export function TabMenu({ tabs, onChoose }: { tabs: readonly Tab<string>[]; onChoose: (value: string) => void }) {
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="All panels" size="sm">
          <ChevronDown className="size-4" />
        </IconButton>
      }
    >
      {tabs.map((tab) => (
        <MenuItem key={tab.value} onSelect={() => onChoose(tab.value)}>
          <span className="flex items-center gap-1.5">{tab.label}</span>
        </MenuItem>
      ))}
    </Menu>
  );
}
