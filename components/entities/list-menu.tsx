'use client';
import { ChevronDown, Eye, ShieldAlert } from 'lucide-react';
import { api, errorMessage } from '@/components/shell/api';
import { useReloadEach } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { toast } from '@/components/ui/toaster';
import type { Entity } from '@/lib/alerts/schema';
import type { SetTrust, TrustNote } from '@/lib/entities/schema';

type ListMenuProps = { entity: Entity; trust: TrustNote[]; onPage: () => void };

/** Puts an entity on the watch list or the block list, or takes it off; can be undone. */
export function ListMenu({ entity, trust, onPage }: ListMenuProps) {
  const reload = useReloadEach();
  const current = trust.find(({ from, expired }) => from === 'person' && !expired)?.trust;
  const save = async (body: SetTrust, title: string) => {
    try {
      const { previous } = await api.put('/api/entities/{kind}/{value}/trust', { params: entity, body });
      await reload(['/api/entities/{kind}/{value}', '/api/alerts/{id}/trust', '/api/investigations/{id}/trust']);
      toast({
        kind: 'good',
        title,
        ...(previous ? { action: { label: 'Undo', run: () => void save(previous, 'Undone') } } : {}),
      });
    } catch (error) {
      toast({ kind: 'bad', title: 'Couldn’t change the list', description: errorMessage(error) });
    }
  };
  const choose = (list: 'watched' | 'known-bad') =>
    current === list
      ? void save({ trust: 'none' }, `Removed from the ${LIST[list]}`)
      : void save({ trust: list }, `Added to the ${LIST[list]}`);
  return (
    <Menu
      trigger={
        <Button size="sm">
          Lists
          <ChevronDown aria-hidden className="size-3.5 text-ink-3" />
        </Button>
      }
    >
      <MenuItem icon={<Eye aria-hidden />} onSelect={() => choose('watched')}>
        {current === 'watched' ? 'Stop watching' : 'Watch: notify me of new alerts'}
      </MenuItem>
      <MenuItem icon={<ShieldAlert aria-hidden />} onSelect={() => choose('known-bad')}>
        {current === 'known-bad' ? 'Remove from the block list' : 'Add to the block list (known bad)'}
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={onPage}>Other trust, note, expiry…</MenuItem>
    </Menu>
  );
}

const LIST = { watched: 'watch list', 'known-bad': 'block list' };
