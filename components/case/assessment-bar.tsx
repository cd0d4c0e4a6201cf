'use client';
import { SquarePen } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { SEVERITIES, severityLabel } from '@/components/labels/alert-labels';
import { CLASSIFICATIONS, ClassificationTag, classificationLabel } from '@/components/labels/case-labels';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Field, Input } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { Severity } from '@/lib/alerts/schema';
import { isProposed } from '@/lib/report/assessment';
import type { Classification, FrontMatter } from '@/lib/report/schema';
import type { AssessmentFields } from '@/lib/report/set-assessment';

type AssessmentBarProps = {
  frontMatter: FrontMatter | null;
  /** Accepts what a model proposed. */
  onAccept: () => void;
  onChange: (change: AssessmentFields) => void;
};

/** The assessment of the report, and a form for it. A model's proposal is marked until a person accepts or changes it. */
export function AssessmentBar({ frontMatter, onAccept, onChange }: AssessmentBarProps) {
  const [editing, setEditing] = useState(false);
  const bar = useRef<HTMLElement>(null);
  const close = () => {
    setEditing(false);
    // The form takes the focus with it: back to the button that opened it.
    requestAnimationFrame(() => bar.current?.querySelector('button')?.focus());
  };
  if (!frontMatter) return null;
  const { classification, confidence, severity, techniques, model } = frontMatter;
  const proposed = isProposed(frontMatter);
  return (
    <section
      ref={bar}
      aria-label={proposed ? 'Proposed assessment' : 'Assessment'}
      className={cx('shrink-0 border-line border-b px-3 py-1.5 text-xs', proposed && 'bg-model-soft')}
    >
      {editing ? (
        <AssessmentForm
          frontMatter={frontMatter}
          onSave={(change) => {
            close();
            onChange(change);
          }}
          onCancel={close}
        />
      ) : (
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {proposed && <span className="text-model">Proposed{model ? ` by ${model}` : ''}</span>}
          <ClassificationTag value={classification} />
          <span className="text-ink-2">
            {confidence === null ? 'no confidence' : `${confidence} %`}, severity{' '}
            {severity.assessed ?? severity.original}
            {techniques.length > 0 && `, ${techniques.length} ${techniques.length === 1 ? 'technique' : 'techniques'}`}
          </span>
          <span className="ml-auto flex gap-1">
            <Button size="sm" onClick={() => setEditing(true)}>
              <SquarePen aria-hidden className="size-3.5" />
              Edit assessment
            </Button>
            {proposed && (
              <Button size="sm" onClick={onAccept}>
                Accept this assessment
              </Button>
            )}
          </span>
        </div>
      )}
    </section>
  );
}

const TECHNIQUE = /^T\d{4}(\.\d{3})?$/;
const NONE = 'none';
const CLASSES = [
  { value: NONE, label: 'Unclassified' },
  ...CLASSIFICATIONS.map((value) => ({ value, label: classificationLabel(value) })),
];

/** The technique ids that were typed, separated by spaces or commas, each once; and the first that is not one. */
function readTechniques(typed: string): { ids: string[]; wrongId: string | undefined } {
  const words = typed.toUpperCase().split(/[\s,;]+/);
  const ids = [...new Set(words.filter(Boolean))];
  return { ids, wrongId: ids.find((id) => !TECHNIQUE.test(id)) };
}

type AssessmentFormProps = {
  frontMatter: FrontMatter;
  onSave: (change: AssessmentFields) => void;
  onCancel: () => void;
};

function AssessmentForm({ frontMatter, onSave, onCancel }: AssessmentFormProps) {
  const [classification, setClassification] = useState<Classification | null>(frontMatter.classification);
  const [confidence, setConfidence] = useState(frontMatter.confidence === null ? '' : String(frontMatter.confidence));
  const [severity, setSeverity] = useState<Severity>(frontMatter.severity.assessed ?? frontMatter.severity.original);
  const [techniques, setTechniques] = useState(frontMatter.techniques.join(' '));
  const { ids, wrongId } = readTechniques(techniques);
  const percent = confidence === '' ? null : Number(confidence);
  const wrongConfidence = percent !== null && !(Number.isInteger(percent) && percent >= 0 && percent <= 100);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrongId || wrongConfidence) return;
    onSave({
      classification,
      confidence: percent,
      techniques: ids,
      severity: { ...frontMatter.severity, assessed: severity },
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-start gap-2" noValidate>
      <Field label="Classification">
        {({ id }) => (
          <Select
            id={id}
            label="Classification"
            options={CLASSES}
            value={classification ?? NONE}
            onChange={(value) => setClassification(CLASSIFICATIONS.find((one) => one === value) ?? null)}
          />
        )}
      </Field>
      <Field label="Confidence (%)" className="w-28" error={wrongConfidence ? 'Enter 0 to 100.' : undefined}>
        {(control) => (
          <Input
            {...control}
            type="number"
            min={0}
            max={100}
            value={confidence}
            onChange={(event) => setConfidence(event.target.value)}
          />
        )}
      </Field>
      <Field label="Severity">
        {({ id }) => (
          <Select
            id={id}
            label="Severity"
            options={SEVERITIES.map((value) => ({ value, label: severityLabel(value) }))}
            value={severity}
            onChange={setSeverity}
          />
        )}
      </Field>
      <Field
        label="Techniques"
        className="min-w-48 flex-1"
        error={wrongId ? `${wrongId} is not a technique ID like T1078.004.` : undefined}
      >
        {(control) => <Input {...control} value={techniques} onChange={(event) => setTechniques(event.target.value)} />}
      </Field>
      <span className="mt-5 flex gap-1">
        <Button type="submit" variant="primary">
          Save assessment
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </span>
    </form>
  );
}
