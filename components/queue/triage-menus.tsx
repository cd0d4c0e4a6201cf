'use client';
import { ChevronDown, User } from 'lucide-react';
import type { ReactElement } from 'react';
import { SEVERITIES, SeverityTag } from '@/components/labels/alert-labels';
import { Button } from '@/components/ui/button';
import { Menu, MenuGroup, MenuItem, MenuSeparator } from '@/components/ui/menu';
import type { Person, Severity } from '@/lib/alerts/schema';

type AssignMenuProps = {
  people: Person[];
  me: Person;
  onAssign: (assignee: string | null) => void;
  trigger?: ReactElement;
};

/** Assigns to me, to another person, or to no one. */
export function AssignMenu({ people, me, onAssign, trigger }: AssignMenuProps) {
  return (
    <Menu
      trigger={
        trigger ?? (
          <Button size="sm">
            Assign
            <ChevronDown aria-hidden className="size-3.5 text-ink-3" />
          </Button>
        )
      }
    >
      <MenuItem icon={<User aria-hidden />} keys="a" onSelect={() => onAssign('me')}>
        Me
      </MenuItem>
      <MenuItem onSelect={() => onAssign(null)}>Unassign</MenuItem>
      <MenuSeparator />
      <MenuGroup label="People">
        {people
          .filter((person) => person.id !== me.id)
          .map((person) => (
            <MenuItem key={person.id} onSelect={() => onAssign(person.id)}>
              {person.name}
            </MenuItem>
          ))}
      </MenuGroup>
    </Menu>
  );
}

export function SeverityMenu({ onChange }: { onChange: (severity: Severity) => void }) {
  return (
    <Menu
      trigger={
        <Button size="sm">
          Severity
          <ChevronDown aria-hidden className="size-3.5 text-ink-3" />
        </Button>
      }
    >
      {SEVERITIES.map((severity) => (
        <MenuItem key={severity} onSelect={() => onChange(severity)}>
          <SeverityTag severity={severity} />
        </MenuItem>
      ))}
    </Menu>
  );
}
