import { ClassificationTag } from '@/components/labels/case-labels';
import { Button } from '@/components/ui/button';
import { isProposed } from '@/lib/report/assessment';
import type { FrontMatter } from '@/lib/report/schema';

/** A model's proposed assessment, which a person accepts here or edits in the front matter. */
export function AssessmentBar({
  frontMatter,
  onSet,
  onChange,
}: {
  frontMatter: FrontMatter | null;
  onSet: () => void;
  onChange: () => void;
}) {
  if (!frontMatter || !isProposed(frontMatter)) return null;
  const { classification, confidence, severity, model } = frontMatter;
  return (
    <section
      aria-label="Proposed assessment"
      className="flex shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-line border-b bg-model-soft px-3 py-1.5 text-xs"
    >
      <span className="text-model">Proposed{model ? ` by ${model}` : ''}:</span>
      <ClassificationTag value={classification} />
      <span className="text-ink-2">
        {confidence === null ? 'no confidence stated' : `${confidence} %`}, severity{' '}
        {severity.assessed ?? severity.original}
      </span>
      <span className="ml-auto flex gap-1">
        <Button size="sm" onClick={onChange}>
          Edit
        </Button>
        <Button size="sm" onClick={onSet}>
          Accept this assessment
        </Button>
      </span>
    </section>
  );
}
