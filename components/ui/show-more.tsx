import { Button } from './button';

type ShowMoreProps = { total: number; shown: number; page: number; onShow: (shown: number) => void };

/** Below a long list: shows the next page of it, as long as there is one. */
export function ShowMore({ total, shown, page, onShow }: ShowMoreProps) {
  if (total <= shown) return null;
  return (
    <p className="p-2">
      <Button size="sm" onClick={() => onShow(shown + page)}>
        Show {Math.min(page, total - shown)} more of {total - shown}
      </Button>
    </p>
  );
}
