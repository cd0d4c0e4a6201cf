'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { Badge } from '@/components/ui/badge';
import { cx } from '@/components/ui/class-names';
import { Select } from '@/components/ui/select';
import { Cell, HeaderCell, Table, TableHead, TableRow } from '@/components/ui/table';
import { toast } from '@/components/ui/toaster';
import { ROLES, type Role } from '@/lib/auth/permissions';
import type { UserView } from '@/lib/auth/users';
import { AddPerson } from './add-person';
import { PersonActions } from './person-actions';
import { ROLE_MAY } from './roles';
import { Section } from './section';

type PeopleProps = { people: UserView[]; meId: string | null; canManage: boolean; hasSso: boolean };

type Patch = { role?: Role; disabled?: boolean; handOverTo?: string | null };
type PersonRowProps = Omit<PeopleProps, 'meId'> & {
  person: UserView;
  isMe: boolean;
  /** Whose account is being changed. */
  busyId: string | null;
  onChange: (patch: Patch, done: string) => void;
};

export function People({ people, meId, canManage, hasSso }: PeopleProps) {
  const router = useRouter();
  const [busyId, setBusyId] = useState<string | null>(null);
  const change = async (person: UserView, patch: Patch, done: string) => {
    setBusyId(person.id);
    try {
      await api.patch('/api/users/{id}', { params: { id: person.id }, body: patch });
      toast({ kind: 'good', title: done });
      router.refresh();
    } catch (error) {
      toast({ kind: 'bad', title: `${person.name} was not changed.`, description: errorMessage(error) });
    } finally {
      setBusyId(null);
    }
  };
  return (
    <>
      <Section
        title="People"
        lead={canManage ? 'Everyone has their own account.' : 'Admins add people and change roles.'}
        action={canManage && <AddPerson />}
      >
        <Table>
          <TableHead>
            <tr>
              <HeaderCell className="pl-0">Name</HeaderCell>
              {canManage && <HeaderCell className="max-sm:hidden">E-mail address</HeaderCell>}
              <HeaderCell>Role</HeaderCell>
              {canManage && (
                <HeaderCell className="w-40 pr-0 max-sm:w-28">
                  <span className="sr-only">Account</span>
                </HeaderCell>
              )}
            </tr>
          </TableHead>
          <tbody>
            {people.map((person) => (
              <PersonRow
                key={person.id}
                {...{ person, people, canManage, hasSso }}
                isMe={person.id === meId}
                busyId={busyId}
                onChange={(patch, done) => change(person, patch, done)}
              />
            ))}
          </tbody>
        </Table>
      </Section>
      <RolePermissions />
    </>
  );
}

function RolePermissions() {
  return (
    <Section title="Role permissions" lead="Each role includes the permissions of the roles listed before it.">
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1.5 text-sm">
        {ROLES.map((role) => (
          <div key={role} className="contents">
            <dt className="font-medium">{role}</dt>
            <dd className="text-ink-2">{ROLE_MAY[role]}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function PersonRow({ person, people, isMe, canManage, hasSso, busyId, onChange }: PersonRowProps) {
  return (
    <TableRow className="hover:bg-transparent" data-user={person.email}>
      <Cell className={cx('py-1.5 pl-0', person.disabled && 'text-ink-3')}>
        {person.name} {isMe && <span className="text-ink-3">(you)</span>}{' '}
        {person.disabled && <Badge>deactivated</Badge>}
        {person.invited && !person.disabled && <Badge tone="accent">invited</Badge>}
        {person.service && <Badge>service account</Badge>}
        {person.twoFactor && <Badge tone="good">two-factor</Badge>}
        {person.passkeys !== undefined && <Badge tone="good">passkey</Badge>}
        {person.sso && <Badge>single sign-on</Badge>}
        {canManage && <span className="block break-all text-ink-3 text-xs sm:hidden">{person.email}</span>}
      </Cell>
      {canManage && <Cell className="text-ink-2 max-sm:hidden">{person.email}</Cell>}
      <Cell>
        {canManage ? (
          <Select
            size="sm"
            label={`Role of ${person.name}`}
            options={ROLES.map((role) => ({ value: role, label: role }))}
            value={person.role}
            disabled={busyId !== null || person.disabled}
            onChange={(role) => role !== person.role && onChange({ role }, `${person.name} now has the role ${role}.`)}
            className="w-26"
          />
        ) : (
          person.role
        )}
      </Cell>
      {canManage && (
        <Cell className="pr-0 text-right">
          <PersonActions
            hasSso={hasSso}
            person={person}
            people={people}
            isMe={isMe}
            busy={busyId === person.id}
            onChange={onChange}
          />
        </Cell>
      )}
    </TableRow>
  );
}
