import { useShortcuts } from '@/components/shell/shortcuts';
import { focusPanel } from '@/components/ui/tabs';
import { ASK_KEYS } from './ask-button';
import { COACH_FIELD } from './coach-box';

/** The panes and panels; on a narrow window one is shown at a time. */
export type Place =
  | 'source'
  | 'preview'
  | 'run'
  | 'evidence'
  | 'checks'
  | 'proposals'
  | 'alerts'
  | 'tasks'
  | 'runbooks';

type Acts = {
  save: () => void;
  submit: () => void;
  turnMode: () => void;
  ask: () => void;
  open: (place: Place) => void;
  /** Puts the cursor into the source. */
  write: () => void;
};

/** The keys of the editor. Escape leaves the source (source-view.ts), so that the single letters work. */
export function useEditorKeys({ save, submit, turnMode, ask, open, write }: Acts): void {
  const coach = () => {
    open('run');
    // As soon as the panel is there.
    requestAnimationFrame(() => document.getElementById(COACH_FIELD)?.focus());
  };
  const show = (place: Place) => {
    open(place);
    focusPanel(place);
  };
  const [group, whileTyping] = ['Editor', true];
  useShortcuts([
    { group, keys: 'mod+s', label: 'Save now', run: save, whileTyping },
    { group, keys: 'mod+enter', label: 'Submit for review', run: submit, whileTyping },
    { group, keys: 'mod+shift+p', label: 'Source, split, preview', run: turnMode, whileTyping },
    { group, keys: ASK_KEYS, label: 'Ask about the selection', run: ask, whileTyping },
    { group, keys: 'e', label: 'Edit the source', run: write },
    { group, keys: 'c', label: 'Coach the investigation', run: coach },
    { group, keys: 's r', label: 'Show the run', run: () => show('run') },
    { group, keys: 's e', label: 'Show evidence', run: () => show('evidence') },
    { group, keys: 's c', label: 'Show checks', run: () => show('checks') },
    { group, keys: 's p', label: 'Show proposals', run: () => show('proposals') },
    { group, keys: 's a', label: 'Show alerts', run: () => show('alerts') },
    { group, keys: 's t', label: 'Show tasks', run: () => show('tasks') },
    { group, keys: 's b', label: 'Show runbooks', run: () => show('runbooks') },
  ]);
}
